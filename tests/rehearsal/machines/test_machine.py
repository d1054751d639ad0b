import os
import signal

from tests.rehearsal.wait import wait

from kube_aws.rehearsal.machines import folders, machine, processes

CONFIG = {
    "ignition": {"version": "3.3.0"},
    "storage": {
        "files": [{"path": "/etc/told", "mode": 0o640, "contents": {"source": "data:,by%20Ignition%0A"}}],
    },
    "passwd": {"users": [{"name": "core", "sshAuthorizedKeys": ["ssh-ed25519 AAAA someone"]}]},
    "systemd": {
        "units": [
            {
                "name": "count.service",
                "enabled": True,
                "contents": "[Service]\nType=oneshot\nRemainAfterExit=yes\n"
                "ExecStart=/bin/sh -c 'echo boot >> /var/lib/boots; echo counted'\n"
                "ExecStop=/bin/sh -c 'echo orderly >> /var/lib/boots'\n"
                "StandardOutput=journal+console\n[Install]\nWantedBy=multi-user.target\n",
            },
            {"name": "containerd.service", "enabled": True},
            {"name": "locksmithd.service", "mask": True},
            {"name": "update-engine.service", "mask": True},
        ]
    },
}


def test_a_machine_is_what_its_instance_is(place):
    place.boot(place.instance("i-0a", vcpus=1, memory_mib=512), CONFIG)

    def inside(command):
        return place.inside("i-0a", command)

    assert inside("systemctl is-system-running") == "running"
    # What Ignition was told.
    assert inside("cat /etc/told; stat -c %a /etc/told") == "by Ignition\n640"
    assert inside("cat /home/core/.ssh/authorized_keys.d/ignition") == "ssh-ed25519 AAAA someone"
    assert inside("id -u core; id -Gn core").split() == [
        "500",
        "core",
        "sudo",
        "systemd-journal",
        "docker",
        "wheel",
    ]
    assert inside("cat /var/lib/boots; systemctl is-enabled update-engine || true") == "boot\nmasked"
    assert "counted" in place.console("i-0a")
    # Flatcar's programs and folders.
    assert inside("systemctl is-active containerd; systemctl start network-online.target") == "active"
    assert inside("! touch /usr/bin/x 2>&1; ! mount -o remount,rw /usr 2>&1; touch /opt/bin/x")
    assert "oom" not in inside("curl --version; openssl version; jq --version; nft --version; runc --version")
    # Its network and its name.
    assert inside("hostname; cat /run/systemd/resolve/resolv.conf | grep -v '#'").split() == [
        "ip-10-0-0-10",
        *("nameserver", "10.0.0.2"),
        *("search", "eu-west-1.compute.internal"),
    ]
    assert inside("curl -sS http://169.254.169.254/latest/user-data")
    assert inside("sysctl -w net.ipv4.ip_forward=1")
    # The size of its type: told, and held to.
    assert inside("grep -c ^processor /proc/cpuinfo; ls -d /sys/devices/system/node/node0/cpu?") == (
        "1\n/sys/devices/system/node/node0/cpu0"
    )
    assert int(inside("awk '/^MemTotal/ {print $2}' /proc/meminfo")) // 1024 in range(480, 512)
    assert (
        inside("systemd-run --quiet --pipe --wait sh -c 'head -c 600M /dev/zero | tail' || echo killed")
        == "killed"
    )
    assert inside("fallocate -l 9G /var/log/all 2>&1 || rm /var/log/all") == (
        "fallocate: fallocate failed: No space left on device"
    )


def test_containers_trust_the_world_and_need_no_privilege_that_the_host_lacks(place):
    """Nor a machine of as many CPUs as they may use."""
    place.boot(place.instance("i-0a", vcpus=1))
    said = place.inside(
        "i-0a",
        """
        mkdir -p /var/lib/bundle/rootfs/proc && cd /var/lib/bundle
        cp -a /usr/libexec/machine/runc rootfs/runc
        cp -aL --parents /usr/bin/cat /lib/x86_64-linux-gnu/libc.so.6 /lib64/ld-linux-x86-64.so.2 rootfs
        runc spec
        jq '.process.args = ["/usr/bin/cat", "/etc/ssl/certs/ca-certificates.crt", "/proc/self/oom_score_adj"]
          | .process.terminal = false | .process.oomScoreAdj = -998
          | .linux.resources.cpu = {"quota": 200000, "period": 100000}
          | .mounts |= map(select(.destination == "/proc"))' config.json > new
        mv new config.json
        systemd-run --quiet --pipe --wait --working-directory=/var/lib/bundle runc run one
        """,
    )
    assert said.splitlines()[0] == "the world's authority"
    assert said.splitlines()[1] in ("0", "-998")


def test_what_ignition_refuses_does_not_boot_and_says_why(place):
    place.start(
        place.instance("i-0a"), {"ignition": {"version": "3.3.0"}, "storage": {"files": [{"path": "x"}]}}
    )
    wait(lambda: "Ignition has failed" in place.console("i-0a"))
    assert "path not absolute" in place.console("i-0a")
    assert machine.condition(place.state, "i-0a") == "running"
    machine.stop(place.state, "i-0a", grace=20)
    assert machine.condition(place.state, "i-0a") == "dead"


def test_a_reboot_keeps_the_disk_and_forgets_the_network(place):
    instance = place.instance("i-0a")
    place.boot(instance, CONFIG)
    before = place.inside("i-0a", "cat /proc/sys/kernel/random/boot_id")
    place.inside(
        "i-0a", "ip link add cni0 type bridge; nft add table inet kube; echo kept > /var/lib/kubelet/kept"
    )

    assert machine.posted(place.state, "i-0a") == 0
    machine.reboot(place.state, instance)
    wait(lambda: place.said("i-0a", "cat", "/proc/sys/kernel/random/boot_id") not in (None, "", before))
    place.booted("i-0a")
    assert place.console("i-0a")[: machine.posted(place.state, "i-0a")].count("counted") == 1
    assert place.console("i-0a").count("counted") == 2

    assert place.inside("i-0a", "cat /var/lib/boots") == "boot\norderly\nboot"
    assert place.inside("i-0a", "cat /var/lib/kubelet/kept") == "kept"
    assert place.inside("i-0a", "ip -o link | grep -c cni0; nft list ruleset | grep -c kube; true") == "0\n0"
    assert place.console("i-0a").count("Stage: fetch") == 1


def test_how_a_machine_ended_is_seen_and_it_can_start_again(place):
    instance = place.instance("i-0a")
    place.boot(instance, CONFIG)

    place.said("i-0a", "systemctl", "poweroff")
    wait(lambda: machine.condition(place.state, "i-0a") != "running")
    assert machine.condition(place.state, "i-0a") == "off"

    place.boot(instance)
    os.kill(processes.pid1(place.state, "i-0a"), signal.SIGKILL)
    wait(lambda: machine.condition(place.state, "i-0a") != "running")
    assert machine.condition(place.state, "i-0a") == "dead"

    place.boot(instance)
    machine.kill(place.state, "i-0a")
    assert machine.condition(place.state, "i-0a") == "dead"

    place.boot(instance)
    machine.stop(place.state, "i-0a", grace=20)
    assert machine.condition(place.state, "i-0a") == "off"

    place.boot(instance)
    assert place.inside("i-0a", "cat /var/lib/boots").split() == [
        "boot",
        "orderly",
        "boot",
        "boot",
        "boot",
        "orderly",
        "boot",
    ]

    machine.remove(place.state, "i-0a")
    assert machine.known(place.state) == []
    assert not folders.machine(place.state, "i-0a").exists()


def test_a_machine_outlives_who_started_it(place):
    if (child := os.fork()) == 0:
        place.start(place.instance("i-0a"))
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    place.booted("i-0a")
    first = processes.pid1(place.state, "i-0a")
    place.start(place.instance("i-0a"))  # once more is nothing
    assert processes.pid1(place.state, "i-0a") == first
