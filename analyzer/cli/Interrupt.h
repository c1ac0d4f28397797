// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_CLI_INTERRUPT_H
#define HOLDFAST_CLI_INTERRUPT_H

namespace holdfast {

/// Makes SIGINT and SIGTERM set a flag, so that a run ends with what it has and
/// says that it is incomplete. A second signal kills as usual.
void watchInterrupts();
bool interrupted();

} // namespace holdfast

#endif
