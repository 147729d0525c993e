// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/sound_output.h"

#include <QAudioDevice>
#include <QAudioFormat>
#include <QAudioSink>
#include <QBuffer>
#include <QMediaDevices>
#include <QThread>

namespace perihelion {

namespace {

QtMessageHandler soundMessages = nullptr;

/// Qt's backend warns where no sound server runs, which is no news on a machine without sound.
void withoutSoundServer(QtMsgType type, const QMessageLogContext& context, const QString& text)
{
    if (!text.startsWith(u"PulseAudioService") && soundMessages != nullptr) {
        soundMessages(type, context, text);
    }
}

QAudioDevice defaultDevice()
{
    soundMessages = qInstallMessageHandler(withoutSoundServer);
    const QAudioDevice device = QMediaDevices::defaultAudioOutput();
    qInstallMessageHandler(soundMessages);
    return device;
}

/// Lives in the thread of the sound device.
class SoundWorker : public QObject {
    Q_OBJECT

public:
    void probe() { Q_EMIT found(!defaultDevice().isNull()); }

    void play(const QByteArray& samples, int sampleRate)
    {
        stop();
        QAudioFormat format;
        format.setSampleRate(sampleRate);
        format.setChannelCount(1);
        format.setSampleFormat(QAudioFormat::Int16);
        const QAudioDevice device = defaultDevice();
        if (device.isNull() || !device.isFormatSupported(format)) {
            Q_EMIT failed(
                device.isNull()
                    ? tr("Playing the music failed: there is no audio output any more")
                    : tr("Playing the music failed: %1 does not take 16 bits at %2 samples a second")
                          .arg(device.description())
                          .arg(sampleRate));
            return;
        }
        m_samples.setData(samples);
        m_samples.open(QIODevice::ReadOnly);
        m_sink = std::make_unique<QAudioSink>(device, format);
        connect(m_sink.get(), &QAudioSink::stateChanged, this, &SoundWorker::takeState);
        m_sink->start(&m_samples);
    }

    void stop()
    {
        if (m_sink) {
            m_sink->disconnect(this);
            m_sink->stop();
            m_sink.reset();
        }
        m_samples.close();
    }

Q_SIGNALS:
    void found(bool present);
    void ended();
    void failed(const QString& sentence);

private:
    void takeState(QAudio::State state)
    {
        if (state == QAudio::IdleState && m_samples.atEnd()) {
            // Not from within the sink's own signal.
            QMetaObject::invokeMethod(this, &SoundWorker::stop, Qt::QueuedConnection);
            Q_EMIT ended();
        } else if (state == QAudio::StoppedState && m_sink->error() != QAudio::NoError) {
            Q_EMIT failed(tr("Playing the music failed: the audio output stopped"));
        }
    }

    QBuffer m_samples{this}; // A child, so that it moves to the thread, too.
    std::unique_ptr<QAudioSink> m_sink;
};

class DeviceSoundOutput : public SoundOutput {
public:
    DeviceSoundOutput()
    {
        m_worker->moveToThread(&m_thread);
        connect(&m_thread, &QThread::finished, m_worker, &QObject::deleteLater);
        connect(m_worker, &SoundWorker::found, this, &SoundOutput::found);
        connect(m_worker, &SoundWorker::ended, this, &SoundOutput::ended);
        connect(m_worker, &SoundWorker::failed, this, &SoundOutput::failed);
        m_thread.setObjectName(QStringLiteral("sound"));
        m_thread.start();
    }
    ~DeviceSoundOutput() override
    {
        stop();
        m_thread.quit();
        m_thread.wait();
    }

    void probe() override { QMetaObject::invokeMethod(m_worker, &SoundWorker::probe); }
    void play(const QByteArray& samples, int sampleRate) override
    {
        QMetaObject::invokeMethod(
            m_worker, [worker = m_worker, samples, sampleRate] { worker->play(samples, sampleRate); });
    }
    void stop() override { QMetaObject::invokeMethod(m_worker, &SoundWorker::stop); }

private:
    QThread m_thread;
    SoundWorker* m_worker = new SoundWorker; ///< The thread's end deletes it.
};

} // namespace

std::unique_ptr<SoundOutput> makeSoundOutput()
{
    return std::make_unique<DeviceSoundOutput>();
}

} // namespace perihelion

#include "sound_output.moc"
