using LowLatency.Feed;
using LowLatency.Feed.Solana;
using LowLatency.Pools;
using LowLatency.Positions;
using LowLatency.Telemetry;

namespace LowLatency.Pipeline;

/// <summary>
/// The ring's one producer where the feed is a Solana node: a message is parsed, the session learns what it says, and what
/// that makes of a pool is published. Called by one logical thread at a time. A node tells no time: a row is as old as its
/// arrival, and never older than the row before.
/// </summary>
public sealed class SolanaSink : IFeedSink, SolanaSession.IObservations
{
    // Bit of a CPMM pool's status that forbids swaps; AMM v4 calls that disabled.
    private const int CpmmSwapForbidden = 4;
    private const int Disabled = 2;
    private const int Trading = 6;

    // What CPMM's first and common configuration takes; a pool's account names its configuration, not the rate.
    private const double CpmmFeePercent = 0.25;

    private readonly FeedPublisher _publisher;
    private readonly FeedCounters _counters;
    private readonly TimeProvider _clock;
    private readonly Action<string>? _report;
    private readonly SolanaSession _session;
    private readonly byte[] _data = new byte[PubSubParser.BufferBytes];
    private IFeedSender? _sender;
    private long _received;
    private long _nowMs;
    private RejectReason _refusal;

    /// <summary>Creates the sink; <paramref name="report"/> takes a line when the node refuses something.</summary>
    public SolanaSink(SolanaOptions options, FeedPublisher publisher, FeedCounters counters, TimeProvider clock, Action<string>? report = null)
    {
        _publisher = publisher;
        _counters = counters;
        _clock = clock;
        _report = report;
        _session = new SolanaSession(options, this, Solana);
    }

    /// <summary>What the session has seen.</summary>
    public SolanaCounters Solana { get; } = new();

    /// <summary>Requests to the node that are not answered yet, sent or not.</summary>
    internal int OpenRequests => _session.OpenRequests;

    /// <inheritdoc/>
    public void OnMessage(ReadOnlySpan<byte> payload, bool isText, long receivedTimestamp)
    {
        _counters.CountReceived();
        _received = receivedTimestamp;
        _nowMs = Math.Max(_nowMs, _clock.GetUtcNow().ToUnixTimeMilliseconds());
        _refusal = RejectReason.None;
        RejectReason reason = isText ? Take(payload) : RejectReason.UnexpectedBinary;
        reason = reason == RejectReason.None ? _refusal : reason;
        if (reason != RejectReason.None)
        {
            _counters.CountRejected(reason, payload);
        }
    }

    /// <inheritdoc/>
    public bool HasBacklog => _publisher.HasBacklog;

    /// <inheritdoc/>
    public void OnBatchEnd()
    {
        _publisher.OnBatchEnd();
        if (_sender is { } sender)
        {
            _session.Send(sender);
        }
    }

    /// <inheritdoc/>
    public void OnConnected(IFeedSender sender)
    {
        _sender = sender;
        _publisher.OnConnected(sender);
        _session.OnConnected(sender);
    }

    /// <inheritdoc/>
    public void OnInterrupted()
    {
        _sender = null;
        _publisher.OnInterrupted();
    }

    /// <inheritdoc/>
    public void Publish(ref PoolSnapshot snapshot)
    {
        snapshot.TimestampMs = _nowMs;

        // The recordings that the models learnt from have the SOL reserve in this column.
        snapshot.Volume24h = snapshot.TokenAMint.SequenceEqual(PoolTable.SolMint) ? snapshot.BaseReserve : snapshot.QuoteReserve;
        RejectReason reason = _publisher.Publish(snapshot, _counters.Received, _received);
        _refusal = reason != RejectReason.None ? reason : _refusal;
    }

    private static PoolAccount Describe(in AmmV4Account a) => new(
        a.BaseVault, a.QuoteVault, a.BaseMint, a.QuoteMint, (byte)a.BaseDecimals, (byte)a.QuoteDecimals, a.BaseNeedTakePnl, a.QuoteNeedTakePnl,
        (long)Math.Min(a.PoolOpenTimeS, long.MaxValue), (int)a.Status, 100.0 * a.SwapFeeNumerator / Math.Max(1, a.SwapFeeDenominator));

    private static PoolAccount Describe(in CpmmAccount a) => new(
        a.VaultA, a.VaultB, a.MintA, a.MintB, a.DecimalsA, a.DecimalsB,
        Sum(a.ProtocolFeesA, a.FundFeesA, a.CreatorFeesA), Sum(a.ProtocolFeesB, a.FundFeesB, a.CreatorFeesB),
        (long)Math.Min(a.OpenTimeS, long.MaxValue), (a.Status & CpmmSwapForbidden) != 0 ? Disabled : Trading, CpmmFeePercent);

    // More than a vault can hold stays more than a vault can hold.
    private static ulong Sum(ulong a, ulong b, ulong c) => (ulong)UInt128.Min((UInt128)a + b + c, ulong.MaxValue);

    private RejectReason Take(ReadOnlySpan<byte> payload)
    {
        RejectReason reason = PubSubParser.Parse(payload, _data, out PubSubMessage message);
        if (reason != RejectReason.None)
        {
            return reason;
        }

        switch (message.Kind)
        {
            case PubSubKind.Ack:
                return _session.OnAck(message.Id, message.Subscription);
            case PubSubKind.Unsubscribed:
                return _session.OnAck(message.Id, null);
            case PubSubKind.Error:
                // Its text is the node's, and may quote the request: only its number is shown.
                _report?.Invoke($"the node refused a request with error {message.ErrorCode}");
                return message.HasId ? _session.OnRefused(message.Id) : RejectReason.None;
            case PubSubKind.Slot:
                _session.OnSlot(message.Slot);
                return RejectReason.None;
            case PubSubKind.Program:
                return TakePool(message);
            case PubSubKind.Account:
                return TakeVault(message);
            default:
                return TakeLogs(message);
        }
    }

    private RejectReason TakePool(in PubSubMessage message)
    {
        RejectReason reason = message.Classify(out AccountKind kind);
        if (reason != RejectReason.None)
        {
            return reason;
        }

        if (!PublicKey.TryParse(message.Pubkey, out PublicKey key))
        {
            return RejectReason.InvalidKey;
        }

        switch (kind)
        {
            case AccountKind.AmmV4:
                reason = AmmV4Account.TryRead(message.Data, out AmmV4Account v4);
                return reason == RejectReason.None ? _session.OnPool(key, Describe(v4), message.Slot) : reason;
            case AccountKind.Cpmm:
                reason = CpmmAccount.TryRead(message.Data, out CpmmAccount cpmm);
                return reason == RejectReason.None ? _session.OnPool(key, Describe(cpmm), message.Slot) : reason;
            case AccountKind.Closed:
                return _session.OnPoolClosed(key, message.Slot);
            default:
                return RejectReason.UnknownProgram;
        }
    }

    private RejectReason TakeVault(in PubSubMessage message)
    {
        RejectReason reason = message.Classify(out AccountKind kind);
        if (reason != RejectReason.None || kind == AccountKind.Closed)
        {
            return reason != RejectReason.None ? reason : _session.OnVault(message.Subscription, message.Slot, null);
        }

        if (kind != AccountKind.Token)
        {
            return RejectReason.UnknownProgram;
        }

        reason = TokenAccount.TryRead(message.Data, out TokenAccount vault);
        return reason == RejectReason.None ? _session.OnVault(message.Subscription, message.Slot, vault.Amount) : reason;
    }

    /// <summary>Whether our arithmetic gives, of what the trader fixed, what the pool gave.</summary>
    internal static bool IsExact(RaySwap swap)
    {
        (ulong reserveIn, ulong reserveOut) = swap.Direction == RaySwap.QuoteToBase
            ? (swap.PoolPc, swap.PoolCoin)
            : (swap.PoolCoin, swap.PoolPc);
        return swap.IsExactOut
            ? ConstantProduct.TryAmountIn(swap.AmountOut, reserveIn, reserveOut, out ulong amountIn) && amountIn == swap.AmountIn
            : ConstantProduct.AmountOut(swap.AmountIn, reserveIn, reserveOut) == swap.AmountOut;
    }

    private RejectReason TakeLogs(in PubSubMessage message)
    {
        if (message.Failed)
        {
            return RejectReason.FailedTransaction;
        }

        Span<byte> bytes = stackalloc byte[RayLog.MaxBytes];
        RejectReason reason = RejectReason.NoRayLog;
        RayLogReader logs = message.RayLogs;
        while (logs.TryRead(out ReadOnlySpan<byte> base64))
        {
            reason = RayLog.TryDecode(base64, bytes, out RayLog log);
            if (reason != RejectReason.None)
            {
                return reason;
            }

            if (log.Kind is RayLogKind.SwapBaseIn or RayLogKind.SwapBaseOut)
            {
                Solana.CountSwap(IsExact(log.Swap()));
            }

            if (ReservesAfter.TryTell(log, out PoolReserves after))
            {
                reason = _session.OnReserves(message.Subscription, message.Slot, after);
            }
        }

        return reason;
    }
}
