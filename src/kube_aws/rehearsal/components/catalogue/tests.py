"""Images of upstream's tests, which only tests of this project run."""

from collections.abc import Mapping

from kube_aws.rehearsal.components.catalogue.forms import Image
from kube_aws.rehearsal.components.catalogue.programs import SOURCES

AGNHOST = "registry.k8s.io/e2e-test-images/agnhost:2.66.1"
"""The image of upstream's end-to-end tests. Source: test/utils/image/manifest.go of k8s.io/kubernetes."""

_APPLETS = """
    awk base64 basename cat chgrp chmod chown cmp cp cut date dd df diff dirname dmesg du echo egrep env
    expr false fgrep find free getopt grep gunzip gzip head hexdump hostname httpd id ifconfig ip kill ln ls
    md5sum mkdir mkfifo mknod mktemp more mount mv netstat nohup nproc od pgrep pidof ping printenv printf
    ps pwd readlink realpath rm rmdir route sed seq sha256sum sha512sum sleep sort split stat strings
    stty su sync sysctl tail tar tee telnet test time timeout top touch tr traceroute true truncate tty umount
    uname uniq unlink unzip uptime usleep vi watch wc wget which whoami xargs yes zcat
"""
# bash is the shell: it calls programs where busybox would be itself, and keeps variables like `data-1`.
_SHELL = {**{f"/usr/bin/{name}": "busybox" for name in _APPLETS.split()}, "/usr/bin/sh": "bash"}

_NGINX = """daemon off;
user root root;
pid /tmp/nginx.pid;
error_log stderr;
events {}
http {
  access_log off;
  server {
    listen 80;
    root /usr/share/nginx/html;
  }
}
"""
# As the image agnhost has them: its tests look for these names.
_USERS = {
    "/etc/passwd": "root:x:0:0::/root:/bin/sh\nuser-defined-in-image:x:1000:1000::/:/bin/sh\n",
    "/etc/group": (
        "root:x:0:\nuser-defined-in-image:x:1000:\ngroup-defined-in-image:x:50000:user-defined-in-image\n"
    ),
    "/etc/nsswitch.conf": "hosts: files dns\n",
}

UPSTREAM: Mapping[str, Image] = {
    **{
        name: Image(
            {"/agnhost": "agnhost", **{f"/{name}": name for name in SOURCES}},
            ("/agnhost",),
            ("pause",),
            links={**_SHELL, "/usr/bin/nc": "nc.openbsd", "/agnhost-2": "agnhost"},
            files={**_USERS, "/uploads/README": "netexec keeps here what it is sent.\n"},
            debian=(
                "bash",
                "busybox-static",
                "curl",
                "bind9-dnsutils",
                "iproute2",
                "libc-bin",
                "netcat-openbsd",
            ),
            deviation=f"{older}on Debian, without iperf, socat, CoreDNS and its own registry's images",
        )
        for name, older in {
            AGNHOST: "",
            "registry.k8s.io/e2e-test-images/agnhost:2.55": "version 2.66.1, ",
        }.items()
    },
    "registry.k8s.io/e2e-test-images/busybox:1.37.0-2": Image(
        {},
        (),
        ("sh",),
        # Tests look for its words where they say /bin/sh, and for variables like `data-1` where they say sh.
        links={
            **_SHELL,
            "/usr/bin/nslookup": "busybox",
            "/usr/bin/sh": "busybox",
            "/usr/local/bin/sh": "/usr/bin/bash",
        },
        files=_USERS,
        debian=(
            "bash",
            "busybox-static",
        ),
        deviation="Debian's busybox, with fewer names, and bash before it on PATH",
    ),
    "registry.k8s.io/e2e-test-images/glibc-dns-testing:2.1.1": Image(
        {},
        (),
        ("sh",),
        links=_SHELL,
        files=_USERS,
        debian=("bash", "busybox-static", "bind9-dnsutils", "libc-bin"),
        deviation="on a newer Debian",
    ),
    **{
        f"registry.k8s.io/e2e-test-images/{name}:1.8": Image(
            {"/agnhost": "agnhost"},
            ("/agnhost",),
            ("test-webserver",),
            links=_SHELL,
            files={
                "/data.json": f'{{"image": "{name}.jpg"}}\n',
                "/etc/os-release": 'NAME="Alpine Linux"\n',
            },
            debian=(
                "bash",
                "busybox-static",
            ),
            deviation="without its picture; it has the name of Alpine, on which the official one stands",
        )
        for name in ("kitten", "nautilus")
    },
    **{
        f"registry.k8s.io/e2e-test-images/nginx:{version}": Image(
            {},
            ("nginx", "-c", "/etc/nginx.conf"),
            links=_SHELL,
            files={
                **_USERS,
                "/etc/nginx.conf": _NGINX,
                "/usr/share/nginx/html/index.html": "nginx\n",
                "/var/lib/nginx/README": "nginx keeps here what does not fit in memory.\n",
            },
            debian=("bash", "busybox-static", "nginx"),
            deviation="Debian's nginx, with a page of one word",
        )
        for version in ("1.27.0-2", "1.28.0-2")
    },
    "registry.k8s.io/e2e-test-images/nonewprivs:1.4": Image(
        {"/usr/local/bin/nnp": "nnp"}, (), ("nnp",), setuid=True, deviation="of nothing but its program"
    ),
    "registry.k8s.io/e2e-test-images/sample-apiserver:1.29.2": Image(
        {"/sample-apiserver": "sample-apiserver"},
        ("/sample-apiserver",),
        deviation="version 0.37.2, and nothing but its program",
    ),
    "registry.k8s.io/etcd:3.7.0-0": Image(
        {"/usr/local/bin/etcd": "etcd"},
        ("/usr/local/bin/etcd",),
        deviation="version 3.7.3, without etcdctl and etcdutl",
    ),
    "registry.k8s.io/pause:3.10.2": Image(
        {"/pause": "pause"}, ("/pause",), user="65535:65535", deviation="a pause of our own (pause.c)"
    ),
}
"""Images by reference."""

CONFORMANCE = ("e2e.test", "ginkgo", *UPSTREAM)
"""What upstream's conformance tests are, and run."""
