using LowLatency.Features;
using LowLatency.Inference;
using LowLatency.Pools;
using LowLatency.Positions;

namespace LowLatency.Pipeline;

/// <summary>What a slot of the ring carries.</summary>
public enum EventKind : byte
{
    /// <summary>A row of a pool.</summary>
    Update,

    /// <summary>The feed was interrupted (a reconnect): the next row of every pool is a gap.</summary>
    FeedGap,

    /// <summary>The model in the <see cref="ModelExchange"/> predicts from here on.</summary>
    ModelSwap,

    /// <summary>An operator's <see cref="PipelineEvent.Command"/>.</summary>
    Command,
}

/// <summary>
/// The slot of the ring. Written by one stage at a time, in the order of its fields: the producer writes
/// <see cref="Kind"/>, <see cref="Update"/> and <see cref="Times"/>; every later stage only what it owns.
/// A slot is reused: a stage that has nothing to say writes that (<c>Predicted = false</c>), it never leaves the old value.
/// </summary>
public struct PipelineEvent
{
    /// <summary>What the slot carries. Owner: the producer.</summary>
    public EventKind Kind;

    /// <summary>What an operator wants. Owner: the producer; meaningful only in its own kind.</summary>
    public OperatorCommand Command;

    /// <summary>The normalised row. Owner: the producer; <see cref="PoolUpdate.Quality"/> is refined by Features.</summary>
    public PoolUpdate Update;

    /// <summary>When each stage finished. Telemetry only: nothing that decides reads it.</summary>
    public StageTimes Times;

    /// <summary>The pool's window at this observation, for regimes and exits. Owner: Features.</summary>
    public WindowView Window;

    /// <summary>The features. Owner: Features; meaningful only where the quality is an observation.</summary>
    public FeatureVector Features;

    /// <summary>The models' answer. Owner: Inference.</summary>
    public Prediction Prediction;

    /// <summary>What was decided and what was filled. Owner: Positions.</summary>
    public TradingOutcome Outcome;

    /// <summary>The event's place in the ring, for the record. Owner: Positions.</summary>
    public long Sequence;
}

/// <summary>Timestamps of <see cref="System.Diagnostics.Stopwatch"/>, one per stage.</summary>
public struct StageTimes
{
    /// <summary>The bytes had been received.</summary>
    public long Received;

    /// <summary>The message had been decoded and normalised; it is published next.</summary>
    public long Decoded;

    /// <summary>The business thread took the event.</summary>
    public long Taken;

    /// <summary>Features were ready.</summary>
    public long Features;

    /// <summary>Inference had answered, or had been found unnecessary.</summary>
    public long Inference;

    /// <summary>The decision, size and ledger entry were made.</summary>
    public long Decision;
}
