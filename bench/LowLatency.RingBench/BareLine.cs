using System.Runtime.Intrinsics.X86;
using LowLatency.Bench;

namespace LowLatency.RingBench;

/// <summary>The limit of the machine: a number goes to the other core in one cache line, and back in another.</summary>
internal static class BareLine
{
    private const int Apart = 512 / sizeof(long);

    /// <summary>The median round trip in nanoseconds, polled with or without a pause, whichever is quicker here.</summary>
    public static double PingPong(int trips) => Math.Min(PingPong(trips, pause: true), PingPong(trips, pause: false));

    private static double PingPong(int trips, bool pause)
    {
        long[] lines = GC.AllocateArray<long>(3 * Apart, pinned: true);
        long[] times = new long[trips];
        Cores.Race(
            () =>
            {
                for (int i = 1; i <= trips; i++)
                {
                    long sent = System.Diagnostics.Stopwatch.GetTimestamp();
                    Volatile.Write(ref lines[Apart], i);
                    Await(ref lines[2 * Apart], i, pause);
                    times[i - 1] = System.Diagnostics.Stopwatch.GetTimestamp() - sent;
                }
            },
            () =>
            {
                for (int i = 1; i <= trips; i++)
                {
                    Await(ref lines[Apart], i, pause);
                    Volatile.Write(ref lines[2 * Apart], i);
                }
            });
        Array.Sort(times);
        return times[trips / 2];
    }

    private static void Await(ref long line, long value, bool pause)
    {
        while (Volatile.Read(ref line) != value)
        {
            if (pause && X86Base.IsSupported)
            {
                X86Base.Pause();
            }
        }
    }
}
