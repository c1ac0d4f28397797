// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_CLI_RECORDER_H
#define HOLDFAST_CLI_RECORDER_H

#include <string>

namespace holdfast {

/// holdfast-cc, which lies beside this executable.
std::string recorderPath();

} // namespace holdfast

#endif
