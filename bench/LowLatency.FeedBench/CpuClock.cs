using System.Runtime.InteropServices;

namespace LowLatency.FeedBench;

/// <summary>Nanoseconds that the processor has worked for us: what neighbours take of the wall's clock, they do not take of this one.</summary>
internal static class CpuClock
{
    private const int ProcessClock = 2;
    private const int ThreadClock = 3;

    public static long Process => Read(ProcessClock);

    public static long Thread => Read(ThreadClock);

    private static long Read(int clock)
    {
        _ = clock_gettime(clock, out Timespec time);
        return (time.Seconds * 1_000_000_000) + time.Nanoseconds;
    }

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int clock_gettime(int clock, out Timespec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct Timespec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
