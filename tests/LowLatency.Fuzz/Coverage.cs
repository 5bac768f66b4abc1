using System.Runtime.InteropServices;
using SharpFuzz.Common;

namespace LowLatency.Fuzz;

/// <summary>
/// The edges that the instrumented assembly (sharpfuzz LowLatency.dll) counts while an input runs. The map is the process's: one
/// thread at a time can be guided by it. Without instrumentation the map stays empty.
/// </summary>
internal static unsafe class Coverage
{
    private const int MapBytes = 1 << 16;

    private static readonly byte* Map = Allocate();

    // For each edge the orders of magnitude of its counts that some input has reached.
    private static readonly byte[] Seen = new byte[MapBytes];

    /// <summary>Whether the assembly under test is instrumented.</summary>
    public static bool IsOn { get; private set; }

    /// <summary>Edges that some input has reached.</summary>
    public static int Edges { get; private set; }

    /// <summary>Gives instrumented code its map; finds out whether there is any by running <paramref name="body"/>.</summary>
    public static void Attach(Action body)
    {
        Trace.SharedMem = Map;
        Begin();
        body();
        IsOn = new ReadOnlySpan<byte>(Map, MapBytes).ContainsAnyExcept((byte)0);
    }

    public static void Forget()
    {
        Array.Clear(Seen);
        Edges = 0;
    }

    /// <summary>Before an input.</summary>
    public static void Begin()
    {
        new Span<byte>(Map, MapBytes).Clear();
        Trace.PrevLocation = 0;
    }

    /// <summary>After an input: whether it reached an edge that none had, or one more often by an order of magnitude.</summary>
    public static bool IsNew()
    {
        bool found = false;
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(new ReadOnlySpan<byte>(Map, MapBytes));
        for (int i = 0; i < words.Length; i++)
        {
            if (words[i] != 0)
            {
                for (int at = i * sizeof(ulong); at < (i + 1) * sizeof(ulong); at++)
                {
                    found |= Map[at] != 0 && Mark(at);
                }
            }
        }

        return found;
    }

    private static bool Mark(int at)
    {
        int magnitude = 1 << System.Numerics.BitOperations.Log2(Map[at]);
        if ((Seen[at] & magnitude) != 0)
        {
            return false;
        }

        Edges += Seen[at] == 0 ? 1 : 0;
        Seen[at] |= (byte)magnitude;
        return true;
    }

    private static byte* Allocate() => (byte*)NativeMemory.AllocZeroed(MapBytes);
}
