using System.Buffers;
using LowLatency.Simulation.Wire;

namespace LowLatency.Simulation.Faults;

/// <summary>Writes the seeded variety of bad messages and bad frames.</summary>
internal static class Malformed
{
    private const int RandomBytes = 64;
    private const byte NeverInUtf8 = 0xFF;

    /// <summary>One of the <paramref name="kinds"/>, in well-formed frames.</summary>
    public static void Message(ArrayBufferWriter<byte> output, GarbageKinds kinds, ReadOnlySpan<byte> last, bool isText, int hugeBytes, SeededRandom random)
    {
        byte due = isText ? ServerFrames.Text : ServerFrames.Binary;
        switch ((GarbageKinds)OneOf((int)kinds, random))
        {
            case GarbageKinds.Truncated:
                ServerFrames.Write(output, due, last[..random.Between(0, Math.Max(0, last.Length - 1))]);
                break;
            case GarbageKinds.InvalidUtf8:
                ServerFrames.Write(output, ServerFrames.Text, Noise(random));
                break;
            case GarbageKinds.WrongKind:
                ServerFrames.Write(output, isText ? ServerFrames.Binary : ServerFrames.Text, isText ? Noise(random) : "no record"u8);
                break;
            case GarbageKinds.Huge:
                byte[] huge = new byte[hugeBytes];
                huge.AsSpan().Fill((byte)'[');
                ServerFrames.Write(output, due, huge);
                break;
        }
    }

    /// <summary>One of the <paramref name="kinds"/>.</summary>
    public static void Frame(ArrayBufferWriter<byte> output, ViolationKinds kinds, SeededRandom random)
    {
        ReadOnlySpan<byte> frame = (ViolationKinds)OneOf((int)kinds, random) switch
        {
            ViolationKinds.Masked => [0x81, 0x82, 1, 2, 3, 4, (byte)'{' ^ 1, (byte)'}' ^ 2],
            ViolationKinds.ReservedBit => [0xC1, 2, (byte)'{', (byte)'}'],
            ViolationKinds.ReservedOpcode => [0x83, 2, (byte)'{', (byte)'}'],
            ViolationKinds.OrphanContinuation => [0x80, 2, (byte)'{', (byte)'}'],
            ViolationKinds.FragmentedPing => [0x09, 2, (byte)'h', (byte)'i'],
            _ => [0x89, 126, 0, 126, .. new byte[126]],
        };
        output.Write(frame);
    }

    // A set bit of a mask that is not 0.
    private static int OneOf(int mask, SeededRandom random)
    {
        for (int skip = random.Between(0, int.PopCount(mask) - 1); skip > 0; skip--)
        {
            mask &= mask - 1;
        }

        return mask & -mask;
    }

    private static byte[] Noise(SeededRandom random)
    {
        byte[] noise = new byte[RandomBytes];
        foreach (ref byte b in noise.AsSpan())
        {
            b = (byte)random.NextBits();
        }

        noise[0] = NeverInUtf8;
        return noise;
    }
}
