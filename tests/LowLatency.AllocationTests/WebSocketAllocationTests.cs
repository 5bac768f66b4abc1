using System.IO.Compression;
using LowLatency.Feed;

namespace LowLatency.AllocationTests;

/// <summary>After warm-up a message costs no allocation, however it comes: whole, split, in fragments, compressed, between pings.</summary>
public sealed class WebSocketAllocationTests
{
    private const int Messages = 20_000;
    private const int MessageBytes = 340;
    private const int ReadBytes = 1_000;

#if DEBUG
    private static bool IsRelease => false;
#else
    private static bool IsRelease => true;
#endif

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Messages_across_reads_in_fragments_and_between_pings_allocate_nothing(bool compressed)
    {
        Assert.SkipUnless(IsRelease, "allocation is measured in Release: Debug code boxes where optimised code does not");
        byte[] tape = Tape(compressed);
        using WebSocketFrameDecoder decoder = new(deflate: compressed ? new DeflateAgreement() : null);
        long messages = 0;

        void Decode(int from, int to)
        {
            for (int at = from; at < to; at += ReadBytes)
            {
                ReadOnlySpan<byte> read = tape.AsSpan(at, Math.Min(ReadBytes, to - at));
                FrameStatus status;
                do
                {
                    status = decoder.Decode(ref read, out _);
                    messages += status == FrameStatus.Message ? 1 : 0;
                }
                while (status != FrameStatus.NeedMore);
            }
        }

        int half = tape.Length / 2 / ReadBytes * ReadBytes;
        Decode(0, half);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Decode(half, tape.Length);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(Messages, messages);
    }

    private static byte[] Tape(bool compressed)
    {
        using MemoryStream tape = new();
        using MemoryStream block = new();
        using DeflateStream deflate = new(block, CompressionLevel.Fastest);
        byte[] text = new byte[MessageBytes];
        for (int i = 0; i < Messages; i++)
        {
            Array.Fill(text, (byte)('a' + (i % 26)));
            ReadOnlySpan<byte> payload = text;
            if (compressed)
            {
                block.SetLength(0);
                deflate.Write(text);
                deflate.Flush();
                payload = block.GetBuffer().AsSpan(0, (int)block.Length - 4);
            }

            int half = Math.Min(payload.Length / 2, 100);
            tape.Write([(byte)(compressed ? 0x41 : 0x01), (byte)half, .. payload[..half]]);
            tape.Write([0x89, 0x01, 0x70]);
            ReadOnlySpan<byte> rest = payload[half..];
            tape.Write(rest.Length < 126 ? [0x80, (byte)rest.Length] : [0x80, 126, (byte)(rest.Length >> 8), (byte)rest.Length]);
            tape.Write(rest);
        }

        return tape.ToArray();
    }
}
