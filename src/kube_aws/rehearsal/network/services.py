"""A world's resolvers and metadata services: one of each in every VPC, and the internet's resolver."""

import socket
import socketserver
import threading
from collections.abc import Collection, Mapping

from kube_aws.rehearsal.cloud import Cloud, Vpc
from kube_aws.rehearsal.network import names
from kube_aws.rehearsal.network.metadata import Metadata
from kube_aws.rehearsal.network.metadata_tree import Credentials
from kube_aws.rehearsal.network.place import resolver_address
from kube_aws.rehearsal.network.resolver import ByTcp, ByUdp
from kube_aws.rehearsal.network.sockets import listen
from kube_aws.rehearsal.network.view import View, view

PAUSE = 0.2
"""Seconds after which a server looks whether it is to end."""


class Services:
    """Servers in threads of this process, which answer from the cloud that they were given last."""

    def __init__(self, world: str, sites: Collection[str], credentials: Credentials) -> None:
        """`sites` are names that, with all below them, lead to names.SITES."""
        self.world, self.sites, self.credentials = world, sites, credentials
        self.cloud = Cloud()
        self.views: Mapping[str | None, View] = {}
        self.running: dict[str | None, _Place] = {}

    def follow(self, cloud: Cloud) -> None:
        """Answer from this cloud, in all its VPCs and no other; the network has been made from it.

        Raises OSError where a namespace is not there, or something else has a server's address.
        """
        vpcs: dict[str | None, Vpc | None] = {None: None, **{vpc.id: vpc for vpc in cloud.vpcs}}
        for viewer, place in list(self.running.items()):
            if viewer not in vpcs or not place.is_still_there():
                self.running.pop(viewer).close()
        self.views = {viewer: view(cloud, viewer, self.sites) for viewer in vpcs}
        self.cloud = cloud
        for viewer, vpc in vpcs.items():
            if viewer not in self.running:
                self.running[viewer] = self._opened(vpc)

    def close(self) -> None:
        """End all servers. Needed before the world's namespaces can go entirely."""
        while self.running:
            self.running.popitem()[1].close()

    def _opened(self, vpc: Vpc | None) -> "_Place":
        viewer = vpc.id if vpc else None
        place = _Place(names.namespace(self.world, vpc.id) if vpc else names.internet(self.world))
        try:
            address = resolver_address(vpc) if vpc else names.RESOLVER
            place.serve(ByUdp(lambda: self.views[viewer]), address, 53)
            place.serve(ByTcp(lambda: self.views[viewer]), address, 53)
            if vpc:
                place.serve(Metadata(vpc.id, lambda: self.cloud, self.credentials), names.METADATA, 80)
        except OSError:
            place.close()
            raise
        return place


class _Place:
    """The servers of one namespace."""

    def __init__(self, namespace: str) -> None:
        self.namespace = namespace
        self.inode = names.inode(namespace)
        self.servers: list[socketserver.TCPServer] = []

    def is_still_there(self) -> bool:
        """Whether the name is still that of the namespace in which the servers listen."""
        return self.inode == names.inode(self.namespace)

    def serve(self, server: socketserver.TCPServer, address: str, port: int) -> None:
        """Serve at an address; `server` was made without one."""
        kind = socket.SocketKind(server.socket_type)
        listening = listen(self.namespace, address, port, kind)
        server.socket.close()
        server.socket = listening
        threading.Thread(target=server.serve_forever, args=(PAUSE,), daemon=True).start()
        self.servers.append(server)

    def close(self) -> None:
        for server in self.servers:
            server.shutdown()
            server.server_close()
