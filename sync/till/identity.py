"""Who this till is: what central told it at enrolment."""

import msgspec

from sync.protocol.enrolment import EnrolReply, SignedCertificate


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """The till's place in its network, and the keys and address by which it knows central.

    ``zone`` is the restaurant's IANA zone, ``currency`` its ISO code; ``central_key`` is central's Ed25519
    public key (32 bytes), by which grants and snapshots are verified; ``certificate`` is its word who this till is.
    """

    network: int
    restaurant: int
    till: int
    incarnation: int
    network_name: str
    restaurant_name: str
    till_name: str
    zone: str
    currency: str
    central_url: str
    central_key: bytes
    certificate: SignedCertificate | None = None

    @staticmethod
    def of_reply(reply: EnrolReply, central_url: str) -> "Identity":
        """Take the identity from central's answer to an enrolment."""
        return Identity(
            network=reply.network,
            restaurant=reply.restaurant,
            till=reply.till,
            incarnation=reply.incarnation,
            network_name=reply.network_name,
            restaurant_name=reply.restaurant_name,
            till_name=reply.till_name,
            zone=reply.zone,
            currency=reply.currency,
            central_url=central_url,
            central_key=reply.central_key,
            certificate=reply.certificate,
        )
