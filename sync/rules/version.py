"""The version of the rules, recorded in every redemption event.

A till refuses (with "update needed") only the campaigns whose ``rules_version`` is newer than this
number; everything else goes on.
"""

RULES_VERSION = 1
