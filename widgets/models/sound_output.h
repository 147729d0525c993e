// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// SoundOutput: where sound goes. The real one asks for the machine's default device and feeds it in a thread
// of its own; tests put another in its place. Used from the GUI thread, and tells there.

#include <QByteArray>
#include <QObject>

#include <memory>

namespace perihelion {

class SoundOutput : public QObject {
    Q_OBJECT

public:
    using QObject::QObject;

    /// Asks whether there is a device; found() answers.
    virtual void probe() = 0;
    /// Plays one channel of 16-bit samples from the beginning; what played before ends.
    virtual void play(const QByteArray& samples, int sampleRate) = 0;
    virtual void stop() = 0;

Q_SIGNALS:
    void found(bool present);
    /// It played to the end.
    void ended();
    void failed(const QString& sentence);
};

/// The machine's default audio output, through Qt Multimedia.
std::unique_ptr<SoundOutput> makeSoundOutput();

} // namespace perihelion
