// The Minecraft server of the article's image, for the demo alone.
module kube-aws/components/minecraft

go 1.26.4

require (
	github.com/Tnze/go-mc v1.20.2
)

require github.com/google/uuid v1.3.0 // indirect

tool github.com/Tnze/go-mc/examples/simpleServer1.17.1
