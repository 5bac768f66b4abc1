using LowLatency.Features;
using LowLatency.Inference;
using LowLatency.Pools;
using LowLatency.Positions;

namespace LowLatency.Storage;

/// <summary>A run that a file holds: which rows it heard, and with what it decided.</summary>
/// <param name="Id">Its number in the file.</param>
/// <param name="FirstRow">Id of its first row.</param>
/// <param name="LastRow">Id of its last row.</param>
/// <param name="ModelVersion">The model that it began with.</param>
/// <param name="ModelSha256">That model's hash.</param>
/// <param name="SchemaHash">Hash of the features' definitions.</param>
/// <param name="Settings">Every number of the rules.</param>
public sealed record RecordedRun(
    long Id, long FirstRow, long LastRow, string ModelVersion, string ModelSha256, string SchemaHash, TradingSettings Settings);

/// <summary>What one decision left behind, taken or not.</summary>
/// <param name="Id">Its number in the file.</param>
/// <param name="Run">The run that made it.</param>
/// <param name="ModelVersion">The model that answered; null where a rehearsal's signal stood in for one.</param>
/// <param name="PoolId">The pool.</param>
/// <param name="TimestampMs">Time of the observation.</param>
/// <param name="PoolOpenTimeS">When the pool opened, Unix seconds; 0 = unknown.</param>
/// <param name="Sequence">Place of the event in the run's ring.</param>
/// <param name="SourceId">Ordinal of the feed's message, or id of the row in the recording that was replayed.</param>
/// <param name="BaseReserve">Token reserve, UI units.</param>
/// <param name="QuoteReserve">SOL reserve.</param>
/// <param name="Quality">What the row was worth.</param>
/// <param name="Status">The pool's status; 255 = the feed does not say.</param>
/// <param name="SegmentObservations">Observations of the segment, this one included.</param>
/// <param name="Features">The features; NaN = missing.</param>
/// <param name="Prediction">Both heads' margins and the probabilities that the rules used.</param>
/// <param name="Regime">The pool's regime.</param>
/// <param name="Failed">All checks that failed.</param>
/// <param name="Size">Why the size is what it is.</param>
/// <param name="SizeLamports">Lamports to spend; 0 = less than the smallest trade.</param>
/// <param name="OrderId">The order it placed; 0 where it placed none.</param>
/// <param name="QuotedOut">Token atoms quoted for it.</param>
/// <param name="MinimumOut">The least of them that was accepted.</param>
/// <param name="LatencyNs">Nanoseconds of decode, hop, features, inference, decision.</param>
public sealed record RecordedDecision(
    long Id, RecordedRun Run, string? ModelVersion, string PoolId, long TimestampMs, long PoolOpenTimeS, long Sequence, long SourceId, double BaseReserve, double QuoteReserve,
    Quality Quality, byte Status, int SegmentObservations, FeatureVector Features, Prediction Prediction, Regime Regime, EntryChecks Failed,
    SizeReason Size, long SizeLamports, long OrderId, ulong QuotedOut, ulong MinimumOut, IReadOnlyList<long> LatencyNs);

/// <summary>Something that happened to an order.</summary>
/// <param name="PoolId">The pool.</param>
/// <param name="TimestampMs">Event time.</param>
/// <param name="OrderId">Number of the order.</param>
/// <param name="Event">EntryOrdered, ExitOrdered, or what became of it.</param>
/// <param name="Reason">Why the position is left; None for entries.</param>
/// <param name="AmountIn">Lamports (entry) or token atoms (exit) given.</param>
/// <param name="AmountOut">Quoted where it was ordered, received where it was filled.</param>
/// <param name="MinimumOut">The least that was accepted.</param>
/// <param name="Fees">Network, priority and tip, lamports.</param>
public sealed record RecordedOrder(
    string PoolId, long TimestampMs, long OrderId, string Event, string Reason, ulong AmountIn, ulong AmountOut, ulong MinimumOut, long Fees);

/// <summary>A closed position. Amounts in lamports, gains relative to the average buy price.</summary>
/// <param name="Id">Its number in the file.</param>
/// <param name="PoolId">The pool.</param>
/// <param name="DecisionMs">When the entry was decided.</param>
/// <param name="EntryMs">When it was filled.</param>
/// <param name="ExitMs">When the exit was filled.</param>
/// <param name="Reason">Why it was closed.</param>
/// <param name="Cost">Paid into the pool.</param>
/// <param name="Proceeds">Received from it.</param>
/// <param name="Fees">Transaction fees of all its orders.</param>
/// <param name="Pnl">Proceeds less cost and fees; the recorded reserves do not remember our buy.</param>
/// <param name="OptimisticPnl">The same with our buy laid over the reserves.</param>
/// <param name="BestGain">Best price on the way.</param>
/// <param name="WorstGain">Worst price on the way.</param>
public sealed record RecordedTrade(
    long Id, string PoolId, long DecisionMs, long EntryMs, long ExitMs, string Reason, long Cost, long Proceeds, long Fees, long Pnl,
    long OptimisticPnl, double BestGain, double WorstGain);

/// <summary>What became of the candidates of one pool.</summary>
/// <param name="PoolId">The pool.</param>
/// <param name="Rows">Rows heard of it, of whatever quality.</param>
/// <param name="Entries">Entries ordered.</param>
/// <param name="FirstCandidateMs">Time of its first candidate; null where it had none.</param>
public sealed record RecordedPool(string PoolId, long Rows, long Entries, long? FirstCandidateMs);
