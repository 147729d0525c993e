// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/enter_presses.h"
