"""The version that both halves speak, sent with every request as ``Countersign-Protocol``.

Central accepts journals of every older version for ever; everything else only from the versions named
here. A till that meets a newer central than it understands goes on selling, uploads, and says
"update needed".
"""

PROTOCOL_VERSION = 1
PROTOCOL_HEADER = "Countersign-Protocol"
OLDEST_UNDERSTOOD = 1
