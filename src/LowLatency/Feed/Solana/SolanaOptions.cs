namespace LowLatency.Feed.Solana;

/// <summary>How a Solana node is listened to. Immutable.</summary>
public sealed record SolanaOptions
{
    /// <summary>Most pools whose vaults are subscribed at a time; each costs two subscriptions at the node.</summary>
    public int MaxWatchedPools { get; init; } = 1_000;

    /// <summary>A pool that was not heard of for so many slots (0.4 s each) may be evicted for another one: 60 s.</summary>
    public int EvictableAfterSlots { get; init; } = 150;

    /// <summary>Most requests that wait for their answer. Each is a message of its own, far below the node's limit of 4,096 bytes.</summary>
    public int MaxRequestsInFlight { get; init; } = 32;

    /// <summary>Whether each watched pool's logs are subscribed too, so that every swap of a slot is seen and not its last state alone.</summary>
    public bool RayLogs { get; init; }

    /// <summary>How final an observation has to be: processed, confirmed or finalized.</summary>
    public string Commitment { get; init; } = "processed";

    /// <summary>Throws <see cref="ArgumentException"/> where a value makes no sense.</summary>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxWatchedPools, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(EvictableAfterSlots, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxRequestsInFlight, 1);
        if (Commitment is not ("processed" or "confirmed" or "finalized"))
        {
            throw new ArgumentException($"there is no commitment '{Commitment}'; there are processed, confirmed and finalized");
        }
    }
}
