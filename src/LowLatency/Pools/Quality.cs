namespace LowLatency.Pools;

/// <summary>
/// What an update is worth. <see cref="NotASolPool"/> and <see cref="Invalid"/> are given at the boundary,
/// <see cref="Gap"/> to <see cref="DecimalsChange"/> by <c>ObservationGate</c> from the pool's own history.
/// </summary>
public enum Quality : byte
{
    /// <summary>An observation like any other.</summary>
    Ok,

    /// <summary>A valid observation, the pool's first after the feed itself was interrupted; it starts a new segment.</summary>
    Gap,

    /// <summary>Held back: both k and price moved by more than 5 %, a torn read or several events at once.</summary>
    Suspect,

    /// <summary>A valid observation: the jump of a suspect row was confirmed by the row after it.</summary>
    LiquidityEvent,

    /// <summary>A valid observation: k jumped by a power of ten, so the decimals were corrected; it starts a new segment.</summary>
    DecimalsChange,

    /// <summary>SOL is on neither side: counted and recorded, never traded.</summary>
    NotASolPool,

    /// <summary>A reserve is not finite and positive: counted and recorded, and the pool's state is left alone.</summary>
    Invalid,
}

/// <summary>Facts about <see cref="Quality"/>.</summary>
public static class Qualities
{
    /// <summary>Number of members of <see cref="Quality"/>.</summary>
    public const int Count = (int)Quality.Invalid + 1;

    /// <summary>Whether the row is an observation: it enters the window, the features and the labels.</summary>
    public static bool IsObservation(this Quality quality) => quality
        is Quality.Ok or Quality.Gap or Quality.LiquidityEvent or Quality.DecimalsChange;
}
