#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A hook that somebody else wrote: notes what it was given, and may refuse.
{ echo "$(basename "$0" .before-holdfast): $*"; cat; } >> "$EARLIER"
[ -z "$REFUSE" ] || echo "the earlier hook refuses"
exit ${REFUSE:-0}
