using System.Diagnostics;
using Disruptor;
using LowLatency.Features;
using LowLatency.Inference;
using LowLatency.Pools;
using LowLatency.Telemetry;

namespace LowLatency.Pipeline;

/// <summary>
/// Second stage: asks the model about every observation of a warm pool; about several of a batch at once where the engine is
/// faster so, and never waits for more of them than the ring has just delivered. The batch's slots stay this stage's until its
/// last event, for no later stage sees one before. Runs on one thread.
/// </summary>
public sealed class InferenceStage(
    IValueDataProvider<PipelineEvent> ring, FoundationModel model, ModelExchange exchange, BusinessCounters counters)
    : IValueEventHandler<PipelineEvent>
{
    private readonly long[] _asked = new long[FoundationModel.SessionRows];
    private FoundationModel _model = model;
    private int _rows;

    /// <summary>The model that predicts. Any thread may look; whoever disposes it waits until the stage has stopped.</summary>
    public FoundationModel Model => Volatile.Read(ref _model);

    /// <inheritdoc/>
    public void OnEvent(ref PipelineEvent data, long sequence, bool endOfBatch)
    {
        data.Prediction.Made = false;
        if (data.Kind == EventKind.ModelSwap)
        {
            Answer();
            Volatile.Write(ref _model, exchange.Swap(_model));
        }
        else if (data.Kind == EventKind.Update && data.Update.Quality.IsObservation())
        {
            if (data.Window.SegmentObservations < FeatureSchema.MinObservations)
            {
                counters.CountWarming();
            }
            else
            {
                _model.Put(_rows, data.Features);
                _asked[_rows++] = sequence;
                counters.CountPredicted();
            }
        }

        data.Times.Inference = Stopwatch.GetTimestamp();
        if (endOfBatch || _rows == _model.MaxRows)
        {
            Answer();
        }
    }

    private void Answer()
    {
        if (_rows == 0)
        {
            return;
        }

        _model.Run(_rows);
        for (int row = 0; row < _rows; row++)
        {
            ref PipelineEvent asked = ref ring[_asked[row]];
            _model.Take(row, ref asked.Prediction);
            asked.Times.Inference = Stopwatch.GetTimestamp();
        }

        _rows = 0;
    }
}
