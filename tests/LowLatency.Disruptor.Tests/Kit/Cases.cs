using Disruptor.Dsl;

namespace LowLatency.Disruptor.Tests;

/// <summary>What the same test is run over.</summary>
public static class Cases
{
    private static readonly EventKind[] _events = Enum.GetValues<EventKind>();
    private static readonly ProducerType[] _producers = [ProducerType.Single, ProducerType.Multi];
    private static readonly HandlerKind[] _handlers = Enum.GetValues<HandlerKind>();

    public static TheoryData<ProducerType> Producers => [.. _producers];

    /// <summary>Rings of each kind of event, in each way to make one.</summary>
    public static MatrixTheoryData<EventKind, ProducerType, Origin> Rings => new(_events, _producers, Enum.GetValues<Origin>());

    /// <summary>Rings of each kind of event.</summary>
    public static MatrixTheoryData<EventKind, ProducerType> Kinds => new(_events, _producers);

    /// <summary>Graphs of each kind of handler.</summary>
    public static MatrixTheoryData<HandlerKind, ProducerType> Graphs => new(_handlers, _producers);

    /// <summary>Graphs of handlers that are told one event at a time.</summary>
    public static MatrixTheoryData<HandlerKind, ProducerType> SingleEventGraphs => new([HandlerKind.Value, HandlerKind.Class], _producers);

    public static TheoryData<string> Strategies => [.. Strategy.Names];
}
