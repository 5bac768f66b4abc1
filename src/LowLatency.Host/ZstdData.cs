using System.Text;
using LowLatency.Feed;
using ZstdSharp;

namespace LowLatency.Host;

/// <summary>Account data in the encoding base64+zstd.</summary>
internal static class ZstdData
{
    /// <summary>Longest account that the chain allows.</summary>
    private const int MaxAccountBytes = 10 * 1024 * 1024;

    public static RejectReason TryDecode(ReadOnlySpan<byte> base64, out byte[] data)
    {
        data = [];
        byte[] frame = new byte[base64.Length];
        if (!Convert.TryFromBase64Chars(Encoding.UTF8.GetString(base64), frame, out int written))
        {
            return RejectReason.InvalidBase64;
        }

        try
        {
            using Decompressor zstd = new();
            using MemoryStream input = new(frame, 0, written);
            using DecompressionStream stream = new(input, zstd);
            byte[] buffer = new byte[64 * 1024];
            using MemoryStream output = new();
            while (output.Length <= MaxAccountBytes && stream.Read(buffer) is var read and > 0)
            {
                output.Write(buffer, 0, read);
            }

            data = output.ToArray();
            return data.Length > MaxAccountBytes ? RejectReason.TooLong : RejectReason.None;
        }
        catch (Exception e) when (e is ZstdException or EndOfStreamException)
        {
            return RejectReason.UnsupportedEncoding;
        }
    }
}
