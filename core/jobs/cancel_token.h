// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A shared "stop, nobody wants this any more". Copies share one flag; any thread may cancel, any may ask.
// Checked once per chunk, file or iteration; a parameter, never a global.

#include <atomic>
#include <memory>

namespace perihelion {

class CancelToken {
public:
    void cancel() { m_flag->store(true, std::memory_order_relaxed); }
    bool isCancelled() const { return m_flag->load(std::memory_order_relaxed); }

private:
    std::shared_ptr<std::atomic<bool>> m_flag = std::make_shared<std::atomic<bool>>(false);
};

} // namespace perihelion
