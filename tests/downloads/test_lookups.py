import socket
from collections.abc import Iterator
from hashlib import sha512 as hash512

import pytest

from kube_aws.downloads.hashes import published
from kube_aws.downloads.registries import digest
from kube_aws.downloads.sites import Sites
from kube_aws.terminal.error import UserError

from .site import Site, serving

KUBELET = "https://dl.k8s.io/release/v1.37.2/bin/linux/amd64/kubelet"
KUBELET_PATH = "/release/v1.37.2/bin/linux/amd64/kubelet.sha512"
PLUGINS = "https://github.com/plugins/releases/download/v1.9.1/cni-plugins-linux-amd64-v1.9.1.tgz"
HASH = hash512(b"kubelet").hexdigest()
PAUSE = "registry.k8s.io/pause:3.10.1"
PAUSE_PATH = "/v2/pause/manifests/3.10.1"


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as site:
        yield site


def kubelet(site: Site, **options: float) -> str:
    return published(KUBELET, "sha512", site.sites("https://dl.k8s.io", **options))[0]


def pause(site: Site) -> str:
    return digest(PAUSE, site.sites("https://registry.k8s.io"))[0]


def test_a_hash_lies_beside_the_binary(site: Site) -> None:
    site.files[KUBELET_PATH] = HASH.upper().encode() + b"\n"
    assert kubelet(site) == HASH


def test_some_projects_publish_sha_256(site: Site) -> None:
    site.files["/provider.sha256"] = b"ab" * 32
    provider = "https://artifacts.k8s.io/provider"
    assert published(provider, "sha256", site.sites("https://artifacts.k8s.io")) == ("ab" * 32, False)
    site.files["/provider.sha256"] = HASH.encode()
    with pytest.raises(UserError, match=r"provider\.sha256 holds no SHA-256 of provider"):
        published(provider, "sha256", site.sites("https://artifacts.k8s.io"))


def test_a_release_names_the_file_after_its_hash_and_redirects_to_a_store(site: Site) -> None:
    name = PLUGINS.rsplit("/", 1)[-1]
    path = PLUGINS.removeprefix("https://github.com") + ".sha512"
    site.redirects[path] = f"{site.address}/store/1234?signature=abc"
    site.files["/store/1234?signature=abc"] = f"{HASH}  {name}\n".encode()
    assert published(PLUGINS, "sha512", site.sites("https://github.com")) == (HASH, False)


@pytest.mark.parametrize(
    "content",
    [b"<html>sign in</html>", b"", HASH[:-1].encode(), f"{HASH}  another-file".encode(), b"\xff" * 128],
)
def test_what_is_no_hash_of_that_file_is_told(site: Site, content: bytes) -> None:
    site.files[KUBELET_PATH] = content
    with pytest.raises(UserError, match=r"kubelet\.sha512 holds no SHA-512 of kubelet"):
        kubelet(site)


def test_what_is_not_there_is_told_with_its_address(site: Site) -> None:
    with pytest.raises(UserError, match=rf"answers 404 for http://127.*{KUBELET_PATH}"):
        kubelet(site)


@pytest.mark.parametrize("failure", [500, 503, 429])
def test_a_passing_failure_is_tried_again(site: Site, failure: int) -> None:
    site.files[KUBELET_PATH] = HASH.encode()
    site.broken[KUBELET_PATH] = [failure]
    assert kubelet(site) == HASH


def test_a_cut_connection_is_told(site: Site) -> None:
    site.broken[KUBELET_PATH] = ["cut"]
    with pytest.raises(UserError, match=r"does not answer: .*18 bytes read, 982 more expected"):
        kubelet(site)


def test_a_lasting_failure_is_told(site: Site) -> None:
    site.broken[KUBELET_PATH] = [503] * 10
    with pytest.raises(UserError, match="503"):
        kubelet(site)
    assert site.asked[KUBELET_PATH] == 3


def test_a_silent_site_is_told(site: Site) -> None:
    site.broken[KUBELET_PATH] = ["slow"] * 10
    with pytest.raises(UserError, match=r"127\.0\.0\.1 does not answer: .*timed out"):
        kubelet(site, read_timeout=0.1, retries=1)


def test_a_site_that_is_not_there_is_told() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}"
        with pytest.raises(UserError, match=r"127\.0\.0\.1 does not answer: .*refused"):
            published(KUBELET, "sha512", Sites(bases={"https://dl.k8s.io": address}, retries=1, pause=0))


def test_a_very_large_answer_is_not_read(site: Site) -> None:
    site.files[KUBELET_PATH] = b"x" * (5 << 20)
    with pytest.raises(UserError, match="larger than"):
        kubelet(site)


def test_an_index_is_found_behind_the_registrys_redirect(site: Site) -> None:
    expected = site.image("k8s-artifacts-prod/images/pause", "3.10.1")
    site.redirects[PAUSE_PATH] = f"{site.address}/v2/k8s-artifacts-prod/images/pause/manifests/3.10.1"
    assert pause(site) == expected


def test_a_registry_that_asks_for_a_token_gets_one(site: Site) -> None:
    expected = site.image("flannel-io/flannel", "v0.28.10")
    site.guarded = ("/v2/",)
    assert digest("ghcr.io/flannel-io/flannel:v0.28.10", site.sites("https://ghcr.io")) == (expected, False)
    assert site.asked["/token?service=ghcr.io&scope=repository%3Aany%3Apull"] == 1


def test_a_redirect_to_a_guarded_store_gets_a_token_too(site: Site) -> None:
    expected = site.image("store/pause", "3.10.1")
    site.redirects[PAUSE_PATH] = f"{site.address}/v2/store/pause/manifests/3.10.1"
    site.guarded = ("/v2/store/",)
    assert pause(site) == expected


def test_a_private_image_is_told(site: Site) -> None:
    site.image("pause", "3.10.1")
    site.guarded = ("/v2/",)
    site.broken["/token"] = [403]
    with pytest.raises(UserError, match="answers 403"):
        pause(site)


def test_a_registry_that_wants_a_password_is_told(site: Site) -> None:
    site.broken[PAUSE_PATH] = [401]
    with pytest.raises(UserError, match="asks for credentials"):
        pause(site)


def test_an_image_that_is_not_there_is_told(site: Site) -> None:
    with pytest.raises(UserError, match=f"answers 404 for .*{PAUSE_PATH}"):
        pause(site)


def test_content_that_is_not_what_the_registry_says_is_refused(site: Site) -> None:
    site.image("pause", "3.10.1")
    site.files[PAUSE_PATH] += b" "
    with pytest.raises(UserError, match="but its registry says sha256:"):
        pause(site)


@pytest.mark.parametrize("body", [b'{"layers": []}', b"<html>", b"[]", b"\xff"])
def test_what_is_no_index_is_refused(site: Site, body: bytes) -> None:
    site.files[PAUSE_PATH] = body
    with pytest.raises(UserError, match="no index"):
        pause(site)


def test_an_endless_redirect_is_told(site: Site) -> None:
    site.redirects[PAUSE_PATH] = f"{site.address}{PAUSE_PATH}"
    with pytest.raises(UserError, match="too many redirects"):
        pause(site)


def test_what_a_rehearsals_mirror_built_is_told(site: Site) -> None:
    site.files["/release/v1.37.2/bin/linux/amd64/kubelet.sha512"] = HASH.encode()
    site.headers["/release/v1.37.2/bin/linux/amd64/kubelet.sha512"] = {"Kube-Aws-Built": "true"}
    assert published(KUBELET, "sha512", site.sites("https://dl.k8s.io")) == (HASH, True)
