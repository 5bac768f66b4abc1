using System.Diagnostics;
using Disruptor;
using LowLatency.Features;
using LowLatency.Pools;
using LowLatency.Positions;
using LowLatency.Telemetry;

namespace LowLatency.Pipeline;

/// <summary>First stage: what the row is worth, and its features. Runs on one thread; a function of the events alone.</summary>
public sealed class FeatureStage(int maxPools, BusinessCounters counters) : IValueEventHandler<PipelineEvent>
{
    private readonly ObservationGate _gate = new(maxPools);
    private readonly FeatureEngine _engine = new(maxPools);

    /// <inheritdoc/>
    public void OnEvent(ref PipelineEvent data, long sequence, bool endOfBatch)
    {
        data.Times.Taken = Stopwatch.GetTimestamp();
        if (data.Kind == EventKind.FeedGap)
        {
            _gate.OnFeedGap();
            counters.CountFeedGap();
        }
        else if (data.Kind == EventKind.Update)
        {
            RowBegins begins = _gate.Classify(ref data.Update);
            counters.CountQuality(data.Update.Quality);
            if ((begins & RowBegins.FeedStretch) != 0)
            {
                counters.CountFeedGap();
            }

            if (data.Update.Quality.IsObservation())
            {
                _engine.OnObservation(data.Update, (begins & RowBegins.Segment) != 0, ref data.Features, ref data.Window);
            }
        }

        data.Times.Features = Stopwatch.GetTimestamp();
    }
}

/// <summary>Third stage: exits, fills, entries, money, and the hash over every candidate's decision. Runs on one thread.</summary>
public sealed class PositionHandler(PositionStage positions, DecisionHash hash) : IValueEventHandler<PipelineEvent>
{
    /// <inheritdoc/>
    public void OnEvent(ref PipelineEvent data, long sequence, bool endOfBatch)
    {
        if (data.Kind == EventKind.FeedGap)
        {
            positions.OnFeedGap();
            data.Outcome = default;
        }
        else if (data.Kind == EventKind.Update)
        {
            positions.OnUpdate(data.Update, data.Window, data.Features, data.Prediction, ref data.Outcome);
            hash.Add(data);
        }
        else if (data.Kind == EventKind.Command)
        {
            positions.OnCommand(data.Command, ref data.Outcome);
        }
        else
        {
            data.Outcome = default;
        }

        data.Sequence = sequence;
        data.Times.Decision = Stopwatch.GetTimestamp();
    }
}
