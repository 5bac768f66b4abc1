using System.Buffers;

namespace LowLatency.Simulation.Wire;

/// <summary>Messages that wait to be framed, in order, in one buffer. One thread.</summary>
internal sealed class Outbox
{
    private readonly ArrayBufferWriter<byte> _bytes = new(16 * 1024);
    private readonly List<(int End, bool IsText)> _messages = [];

    /// <summary>Messages added since <see cref="Clear"/>.</summary>
    public int Count => _messages.Count;

    /// <summary>Where the next message is written; <see cref="End"/> ends it.</summary>
    public IBufferWriter<byte> Writer => _bytes;

    /// <summary>The messages, valid until the next change.</summary>
    public (ReadOnlyMemory<byte> Payload, bool IsText) this[int index]
    {
        get
        {
            int start = index == 0 ? 0 : _messages[index - 1].End;
            return (_bytes.WrittenMemory[start.._messages[index].End], _messages[index].IsText);
        }
    }

    public void Add(ReadOnlySpan<byte> payload, bool isText)
    {
        _bytes.Write(payload);
        End(isText);
    }

    /// <summary>Ends the message written since the last one.</summary>
    public void End(bool isText = true) => _messages.Add((_bytes.WrittenCount, isText));

    /// <summary>Says the last message once more.</summary>
    public void Repeat()
    {
        (ReadOnlyMemory<byte> payload, bool isText) = this[Count - 1];
        Add(payload.ToArray(), isText);
    }

    public void Clear()
    {
        _messages.Clear();
        _bytes.ResetWrittenCount();
    }
}
