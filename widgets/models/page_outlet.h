// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// PageOutlet: takes calls from the thread of a job to that of an object of the GUI thread, as long as the
// object is there. Shared by both; the object closes it when it goes.

#include <QMetaObject>

#include <functional>
#include <mutex>
#include <utility>

namespace perihelion {

template <typename T>
class PageOutlet {
public:
    explicit PageOutlet(T* page) : m_page(page) {}

    /// Any thread.
    void post(std::function<void(T&)> call)
    {
        const std::lock_guard lock(m_mutex);
        if (m_page != nullptr) {
            QMetaObject::invokeMethod(
                m_page, [page = m_page, call = std::move(call)] { call(*page); }, Qt::QueuedConnection);
        }
    }
    void close()
    {
        const std::lock_guard lock(m_mutex);
        m_page = nullptr;
    }

private:
    std::mutex m_mutex;
    T* m_page;
};

} // namespace perihelion
