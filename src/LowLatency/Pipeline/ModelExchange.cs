using System.Diagnostics;
using LowLatency.Inference;

namespace LowLatency.Pipeline;

/// <summary>
/// Hands a loaded model to the inference thread, at an event of the ring, and the one that served until then back. Three threads,
/// a turn each: whoever loads models posts one and later takes the retired one; the ring's producer announces it; the inference
/// thread swaps. The turn says who may touch the model, and is what each one's writes are seen through. One swap at a time.
/// </summary>
public sealed class ModelExchange
{
    private FoundationModel? _model;
    private volatile Turn _turn;

    private enum Turn
    {
        Empty,
        Posted,
        Announced,
        Retired,
    }

    /// <summary>The loader's: whether it may post.</summary>
    public bool IsEmpty => _turn == Turn.Empty;

    /// <summary>The loader's: offers a warm model, which is no longer the caller's. False while the last one has not been taken back.</summary>
    public bool TryPost(FoundationModel model)
    {
        if (_turn != Turn.Empty)
        {
            return false;
        }

        _model = model;
        _turn = Turn.Posted;
        return true;
    }

    /// <summary>The loader's: the model that no longer serves, to be disposed; null where there is none yet.</summary>
    public FoundationModel? TakeRetired() => _turn == Turn.Retired ? Take() : null;

    /// <summary>Once producer and inference thread have stopped: whatever is left.</summary>
    public FoundationModel? Take()
    {
        FoundationModel? model = _model;
        _model = null;
        _turn = Turn.Empty;
        return model;
    }

    /// <summary>The producer's: whether a model waits to be announced.</summary>
    internal bool IsPosted => _turn == Turn.Posted;

    /// <summary>The producer's: the event that is published next is the swap.</summary>
    internal void Announce() => _turn = Turn.Announced;

    /// <summary>The inference thread's, at that event.</summary>
    internal FoundationModel Swap(FoundationModel serving)
    {
        Debug.Assert(_turn == Turn.Announced, "a swap that nobody has announced");
        FoundationModel next = _model!;
        _model = serving;
        _turn = Turn.Retired;
        return next;
    }
}
