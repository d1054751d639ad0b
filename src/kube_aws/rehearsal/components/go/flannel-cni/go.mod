// flannel's CNI plugin of the last release of the CNI plugins that held it: it has no served module of its own.
module kube-aws/components/flannel-cni

go 1.26.0

require github.com/containernetworking/plugins v0.9.1

require github.com/containernetworking/cni v0.8.1 // indirect

tool github.com/containernetworking/plugins/plugins/meta/flannel
