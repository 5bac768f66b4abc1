namespace LowLatency.Feed.Solana;

/// <summary>What Raydium AMM v4 logged: the first byte of a <c>ray_log</c>.</summary>
public enum RayLogKind : byte
{
    /// <summary>A pool was opened: <see cref="RayInit"/>.</summary>
    Init,

    /// <summary>Liquidity came in: <see cref="RayDeposit"/>.</summary>
    Deposit,

    /// <summary>Liquidity went out: <see cref="RayWithdraw"/>.</summary>
    Withdraw,

    /// <summary>A swap of an exact input: <see cref="RaySwap"/>.</summary>
    SwapBaseIn,

    /// <summary>A swap for an exact output: <see cref="RaySwap"/>.</summary>
    SwapBaseOut,
}

/// <summary>
/// One <c>ray_log</c> (market.md, section 4), borrowing the buffer it was decoded into. It names no pool: that is told by the
/// subscription it came from. Reading it as another kind than <see cref="Kind"/> is a bug and throws.
/// </summary>
public readonly ref struct RayLog
{
    /// <summary>Length of the longest kind; a buffer of this size takes every ray_log.</summary>
    public const int MaxBytes = RayDeposit.Length;

    private readonly ReadOnlySpan<byte> _bytes;

    private RayLog(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>What happened.</summary>
    public RayLogKind Kind => (RayLogKind)_bytes[0];

    /// <summary>Decodes the base64 text of a log line into <paramref name="buffer"/>, which the result borrows.</summary>
    public static RejectReason TryDecode(ReadOnlySpan<byte> base64, Span<byte> buffer, out RayLog log)
    {
        log = default;
        RejectReason reason = StrictBase64.TryDecode(base64, buffer, out int written);
        return reason == RejectReason.TooLong ? RejectReason.InvalidRayLogLength
            : reason != RejectReason.None ? reason
            : TryRead(buffer[..written], out log);
    }

    /// <summary>Reads the bytes of a ray_log: a known type and exactly its length.</summary>
    public static RejectReason TryRead(ReadOnlySpan<byte> bytes, out RayLog log)
    {
        log = default;
        if (bytes.IsEmpty)
        {
            return RejectReason.InvalidRayLogLength;
        }

        int length = (RayLogKind)bytes[0] switch
        {
            RayLogKind.Init => RayInit.Length,
            RayLogKind.Deposit => RayDeposit.Length,
            RayLogKind.Withdraw => RayWithdraw.Length,
            RayLogKind.SwapBaseIn or RayLogKind.SwapBaseOut => RaySwap.Length,
            _ => 0,
        };
        if (length != bytes.Length)
        {
            return length == 0 ? RejectReason.UnknownRayLog : RejectReason.InvalidRayLogLength;
        }

        RayLog read = new(bytes);
        if (read.Kind is RayLogKind.SwapBaseIn or RayLogKind.SwapBaseOut && read.Swap() is { Direction: not (RaySwap.QuoteToBase or RaySwap.BaseToQuote) })
        {
            return RejectReason.OutOfRange;
        }

        log = read;
        return RejectReason.None;
    }

    /// <summary>The opening of a pool.</summary>
    public RayInit Init() => new(Of(RayLogKind.Init));

    /// <summary>The deposit.</summary>
    public RayDeposit Deposit() => new(Of(RayLogKind.Deposit));

    /// <summary>The withdrawal.</summary>
    public RayWithdraw Withdraw() => new(Of(RayLogKind.Withdraw));

    /// <summary>The swap, of either kind.</summary>
    public RaySwap Swap() => new(Kind == RayLogKind.SwapBaseOut ? _bytes : Of(RayLogKind.SwapBaseIn));

    private ReadOnlySpan<byte> Of(RayLogKind kind) =>
        Kind == kind ? _bytes : throw new InvalidOperationException($"a ray_log of {Kind} was read as {kind}");
}
