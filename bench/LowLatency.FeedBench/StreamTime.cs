namespace LowLatency.FeedBench;

/// <summary>Nanoseconds per message over loopback.</summary>
/// <param name="Wall">From the first byte sent to the last message decoded.</param>
/// <param name="Cpu">What all threads but the sender's worked meanwhile: the kernel's share of receiving, decoding, garbage collection.</param>
internal readonly record struct StreamTime(double Wall, double Cpu);
