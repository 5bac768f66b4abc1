using System.Diagnostics;
using System.Runtime.InteropServices;

namespace LowLatency.Bench;

/// <summary>The two cores that everything is measured on: the first two that this process may use.</summary>
internal static class Cores
{
    private const int MaskWords = 16;

    public static int[] Usable { get; } = Find();

    /// <summary>Runs both on threads of their own, pinned to one of the two cores each; they begin together.</summary>
    /// <returns>From the beginning to the end of the later one.</returns>
    public static TimeSpan Race(Action producer, Action consumer)
    {
        using Barrier barrier = new(3);
        Thread[] threads = [.. new[] { producer, consumer }.Select((work, i) => new Thread(() =>
        {
            Pin(i);
            barrier.SignalAndWait();
            work();
        }))];
        Array.ForEach(threads, t => t.Start());
        barrier.SignalAndWait();
        long start = Stopwatch.GetTimestamp();
        Array.ForEach(threads, t => t.Join());
        return Stopwatch.GetElapsedTime(start);
    }

    /// <summary>Pins the calling thread to the first (0) or second (1) of the two.</summary>
    public static void Pin(int which)
    {
        ulong[] mask = new ulong[MaskWords];
        int core = Usable[which % Usable.Length];
        mask[core / 64] = 1UL << (core % 64);
        _ = sched_setaffinity(0, MaskWords * 8, mask);
    }

    private static int[] Find()
    {
        ulong[] mask = new ulong[MaskWords];
        return sched_getaffinity(0, MaskWords * 8, mask) < 0
            ? throw new PlatformNotSupportedException("the harness pins threads, which it can do on Linux")
            : [.. Enumerable.Range(0, MaskWords * 64).Where(i => (mask[i / 64] >> (i % 64) & 1) != 0)];
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int sched_setaffinity(int thread, nint maskBytes, ulong[] mask);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int sched_getaffinity(int thread, nint maskBytes, ulong[] mask);
}
