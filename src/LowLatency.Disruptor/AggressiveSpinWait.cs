using System.Diagnostics.CodeAnalysis;

namespace Disruptor;

/// <summary>A <see cref="SpinWait"/> that yields but never sleeps for a millisecond. To be kept by the thread that waits.</summary>
[SuppressMessage("Performance", "CA1815", Justification = "The state of a loop; nobody compares it.")]
public struct AggressiveSpinWait
{
    private SpinWait _spinWait;

    /// <summary>How often it has spun.</summary>
    public readonly int Count => _spinWait.Count;

    /// <summary>Lets a moment pass, a longer one each time.</summary>
    public void SpinOnce() => _spinWait.SpinOnce(sleep1Threshold: -1);
}
