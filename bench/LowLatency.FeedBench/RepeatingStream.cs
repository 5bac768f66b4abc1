namespace LowLatency.FeedBench;

/// <summary>A block that comes again and again, so many times, from memory; reads are synchronous and as long as they are asked to be.</summary>
internal sealed class RepeatingStream(byte[] block, int times) : Stream
{
    private int _at;
    private int _left = times;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        int total = 0;
        while (!buffer.IsEmpty && _left > 0)
        {
            int take = Math.Min(buffer.Length, block.Length - _at);
            block.AsSpan(_at, take).CopyTo(buffer);
            buffer = buffer[take..];
            total += take;
            _at += take;
            if (_at == block.Length)
            {
                _at = 0;
                _left--;
            }
        }

        return total;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(byte[] buffer, int offset, int count)
    {
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
