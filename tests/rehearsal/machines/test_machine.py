CONFIG = {
    "ignition": {"version": "3.3.0"},
    "storage": {
        "files": [{"path": "/etc/told", "mode": 0o640, "contents": {"source": "data:,by%20Ignition"}}],
    },
    "passwd": {"users": [{"name": "core", "sshAuthorizedKeys": ["ssh-ed25519 AAAA someone"]}]},
    "systemd": {
        "units": [
            {
                "name": "count.service",
                "enabled": True,
                "contents": "[Service]\nType=oneshot\nRemainAfterExit=yes\n"
                "ExecStart=/bin/sh -c 'echo boot >> /var/lib/boots; echo counted'\n"
                "StandardOutput=journal+console\n[Install]\nWantedBy=multi-user.target\n",
            },
            {"name": "containerd.service", "enabled": True},
            {"name": "locksmithd.service", "mask": True},
            {"name": "update-engine.service", "mask": True},
        ]
    },
}


def test_a_machine_boots_as_a_node_expects(place):
    place.boot(place.instance("i-0a", vcpus=1, memory_mib=2048), CONFIG)
    inside = lambda command: place.inside("i-0a", command)  # noqa: E731

    assert (
        inside("systemctl list-units --failed --plain --no-legend; systemctl is-system-running") == "running"
    )
    assert inside("cat /etc/told; stat -c %a /etc/told") == "by Ignition640"
