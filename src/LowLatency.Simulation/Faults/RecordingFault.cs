namespace LowLatency.Simulation.Faults;

/// <summary>What a recorder does to rows. The world behind them goes on untouched.</summary>
public enum RecordingFault : byte
{
    /// <summary>The row is missing.</summary>
    Dropped,

    /// <summary>The row comes twice.</summary>
    Duplicated,

    /// <summary>The row comes after the pool's next one. A recording's reader sorts by time and puts it right; a live feed cannot.</summary>
    OutOfOrder,

    /// <summary>The quote vault was read at another moment than the base vault: it holds .10 to .50 of what it should.</summary>
    Torn,

    /// <summary>The two reserves are exchanged, while the pool's description stays. k does not show it.</summary>
    Inverted,

    /// <summary>One of the reserves is zero: its vault was not read, or is closed.</summary>
    Zero,

    /// <summary>The recorder stalls for 5 to 240 s and then takes everything at once: every row in between has the stall's last moment.</summary>
    Burst,
}
