// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/natural_order.h"

#include <QChar>

namespace perihelion {

namespace {

bool isDigit(QChar c)
{
    return c >= u'0' && c <= u'9';
}

/// The digits that begin at position at.
QStringView digitsAt(QStringView text, qsizetype at)
{
    qsizetype end = at;
    while (end < text.size() && isDigit(text[end])) {
        ++end;
    }
    return text.sliced(at, end - at);
}

QStringView withoutLeadingZeros(QStringView digits)
{
    qsizetype zeros = 0;
    while (zeros + 1 < digits.size() && digits[zeros] == u'0') {
        ++zeros;
    }
    return digits.sliced(zeros);
}

/// By value, of any length.
int compareNumbers(QStringView a, QStringView b)
{
    const QStringView x = withoutLeadingZeros(a);
    const QStringView y = withoutLeadingZeros(b);
    if (x.size() != y.size()) {
        return x.size() < y.size() ? -1 : 1;
    }
    return x.compare(y);
}

int sign(qsizetype difference)
{
    return difference < 0 ? -1 : difference > 0 ? 1 : 0;
}

} // namespace

int compareNaturally(QStringView a, QStringView b)
{
    qsizetype i = 0;
    qsizetype j = 0;
    int tie = 0; // The first difference in leading zeros, should nothing else differ.
    while (i < a.size() && j < b.size()) {
        if (isDigit(a[i]) && isDigit(b[j])) {
            const QStringView x = digitsAt(a, i);
            const QStringView y = digitsAt(b, j);
            if (const int byValue = compareNumbers(x, y); byValue != 0) {
                return byValue;
            }
            tie = tie != 0 ? tie : sign(x.size() - y.size());
            i += x.size();
            j += y.size();
            continue;
        }
        const char16_t x = a[i].toCaseFolded().unicode();
        const char16_t y = b[j].toCaseFolded().unicode();
        if (x != y) {
            return x < y ? -1 : 1;
        }
        ++i;
        ++j;
    }
    if (i < a.size() || j < b.size()) {
        return i < a.size() ? 1 : -1;
    }
    return tie != 0 ? tie : a.compare(b);
}

} // namespace perihelion
