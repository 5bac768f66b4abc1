using System.Runtime.InteropServices;

namespace LowLatency.RingBench;

/// <summary>What every contestant carries: a number that the consumer adds up, and ballast.</summary>
internal interface IEvent<T>
    where T : struct
{
    static abstract ref long Number(ref T e);
}

internal struct Event8 : IEvent<Event8>
{
    private long _number;

    public static ref long Number(ref Event8 e) => ref e._number;
}

[StructLayout(LayoutKind.Sequential, Size = 56)]
internal struct Event56 : IEvent<Event56>
{
    private long _number;

    public static ref long Number(ref Event56 e) => ref e._number;
}

[StructLayout(LayoutKind.Sequential, Size = 256)]
internal struct Event256 : IEvent<Event256>
{
    private long _number;

    public static ref long Number(ref Event256 e) => ref e._number;
}
