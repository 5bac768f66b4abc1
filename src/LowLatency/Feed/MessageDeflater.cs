using System.IO.Compression;

namespace LowLatency.Feed;

/// <summary>
/// One thread. Compresses the messages of one connection (RFC 7692, section 7.2.1): deflate data up to a flush, without the
/// four bytes that each flush ends with.
/// </summary>
internal sealed class MessageDeflater(bool keepsContext) : IDisposable
{
    private const int TailBytes = 4;
    private const int FirstBufferBytes = 4_096;

    private readonly MemoryStream _output = new(FirstBufferBytes);
    private DeflateStream? _stream;

    // An empty stored block: a flush without data writes nothing, and no data is no deflate stream.
    private static ReadOnlySpan<byte> Empty => [0x00];

    /// <summary>The compressed form; valid until the next call.</summary>
    public ReadOnlySpan<byte> Deflate(ReadOnlySpan<byte> message)
    {
        if (message.IsEmpty)
        {
            return Empty;
        }

        _output.SetLength(0);
        _stream ??= new DeflateStream(_output, CompressionLevel.Fastest, leaveOpen: true);
        _stream.Write(message);
        _stream.Flush();
        int length = (int)_output.Length - TailBytes;
        if (!keepsContext)
        {
            Dispose();
        }

        return _output.GetBuffer().AsSpan(0, length);
    }

    public void Dispose()
    {
        _stream?.Dispose();
        _stream = null;
    }
}
