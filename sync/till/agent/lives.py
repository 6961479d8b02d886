"""What a contact says and hears of the till's lives: epochs, leases listed again, and a new life when one ends.

A till never numbers a life by itself: two copies of one file would choose the same number, and leases belong
to a life. So while its life is over it records nothing, and asks central for a new one at each contact; with
the office in reach that takes one answer (see :mod:`sync.central.services.renewal` for who gets it).
"""

import msgspec

from sync.protocol.contact import MAX_LISTED_GRANTS, Contact, ContactReply
from sync.protocol.enrolment import ReadmitRequest, RenewRequest
from sync.protocol.keys import Purpose
from sync.protocol.leases import SignedGrant
from sync.protocol.upload import Ack
from sync.protocol.wire import canonical
from sync.till.agent.enrolled import enrolled
from sync.till.clock import Randomness
from sync.till.identity import Identity
from sync.till.office import Office
from sync.till.till import Till
from sync.till.worker import FilesPort

_NONCE_BYTES = 16
_WHY = {"chain_damaged": "damaged"}
_ROLLED_BACK = "rolled_back"


class Lives:
    """The lives of one till, as its contact speaks of them."""

    def __init__(
        self, till: Till, files: FilesPort, office: Office, randomness: Randomness, *, app_version: str
    ) -> None:
        """Begin with nothing to list."""
        self._till = till
        self._files = files
        self._office = office
        self._randomness = randomness
        self.app_version = app_version
        self._to_list: list[SignedGrant] | None = None
        self._listed_for = ""
        self._known: dict[int, int] = {}
        self._came_back = False

    def tell(self, contact: Contact) -> Contact:
        """On the files' thread: add what central must know of epochs to a contact."""
        journal = self._till.journal
        self._known = journal.acked_lives()
        acked = journal.acked()
        waiting = self._to_list
        return msgspec.structs.replace(
            contact,
            epoch=journal.epoch(),
            acked=acked.seq,
            acked_hash=acked.hash,
            grants=tuple(waiting[:MAX_LISTED_GRANTS]) if waiting else (),
            listed=waiting is not None and len(waiting) <= MAX_LISTED_GRANTS,
        )

    def hear(self, reply: ContactReply) -> bool:
        """On the files' thread: keep what central says; return whether it is to hear more at once."""
        self._came_back = False
        journal = self._till.journal
        status = journal.status()
        if journal.ended() is None and reply.applied > status.last_seq:
            # Central holds later events of this very life: these files are an older copy.
            journal.acknowledge(
                Ack(
                    applied=reply.applied, want=status.applied + 1, safe=reply.safe, server_ms=reply.server_ms
                )
            )
        if journal.ended() is not None or not reply.epoch:
            return False
        journal.keep_lives(reply.lives, known=self._known, epoch=reply.epoch)
        if not reply.relist:
            self._to_list = None
            return False
        if self._to_list and self._listed_for == reply.epoch:
            self._to_list = self._to_list[MAX_LISTED_GRANTS:]
        else:
            self._to_list, self._listed_for = journal.grants_to_list(), reply.epoch
        return True

    def renew(self) -> None:
        """Ask for a new life when this one has ended; raises ``Refused`` while the office does not agree."""
        ended = self._files.call(self._till.journal.ended)
        if ended is None:
            return
        who, key = enrolled(self._till), self._till.signing_key
        request = RenewRequest(
            network=who.network,
            till=who.till,
            incarnation=who.incarnation,
            why=_WHY.get(ended, _ROLLED_BACK),
            last_good_seq=self._files.call(self._till.journal.status).last_seq,
            nonce=self._randomness.take(_NONCE_BYTES),
            app_version=self.app_version,
        )
        proof = key.sign(Purpose.RENEWAL, canonical(request))
        reply = self._office.renew(msgspec.structs.replace(request, proof=proof))
        identity = Identity.of_reply(reply, who.central_url)
        self._files.call(
            lambda: self._till.become(identity, digest_key=reply.digest_key, app_version=self.app_version)
        )

    def come_back(self) -> bool:
        """Show central the certificate of the enrolment, when it does not know this till; return whether it helped.

        Tried once until central has answered a contact again.
        """
        certificate = enrolled(self._till).certificate
        if certificate is None or self._came_back:
            return False
        self._came_back = True
        nonce = self._randomness.take(_NONCE_BYTES)
        proof = self._till.signing_key.sign(Purpose.READMISSION, nonce + certificate.body)
        self._office.readmit(ReadmitRequest(certificate=certificate, nonce=nonce, proof=proof))
        return True
