using LowLatency.Feed;

namespace LowLatency.Fuzz.Targets;

/// <summary>Compares snapshots bit by bit.</summary>
internal static class SnapshotBits
{
    public static bool Same(in PoolSnapshot a, in PoolSnapshot b) =>
        a.PoolId.SequenceEqual(b.PoolId) && a.TokenAMint.SequenceEqual(b.TokenAMint) && a.TokenBMint.SequenceEqual(b.TokenBMint)
        && a.TimestampMs == b.TimestampMs && a.PoolOpenTimeS == b.PoolOpenTimeS && a.DecimalsA == b.DecimalsA && a.DecimalsB == b.DecimalsB
        && a.Status == b.Status && a.Slot == b.Slot && a.BaseAtoms == b.BaseAtoms && a.QuoteAtoms == b.QuoteAtoms
        && Same(a.BaseReserve, b.BaseReserve) && Same(a.QuoteReserve, b.QuoteReserve) && Same(a.Price, b.Price)
        && Same(a.Volume24h, b.Volume24h) && Same(a.TradeFeePercent, b.TradeFeePercent);

    /// <summary>What was accepted is written as MessagePack and read back: the same, to the bit; a number that overflowed is absent.</summary>
    public static void HoldRoundTrip(in PoolSnapshot snapshot)
    {
        Span<byte> packed = stackalloc byte[SnapshotPack.MaxBytes];
        int length = SnapshotPack.Write(snapshot, packed);
        scoped PoolSnapshot again = PoolSnapshot.Empty;
        RejectReason reason = SnapshotPack.Read(packed[..length], ref again);
        Invariant.Hold(reason == RejectReason.None, $"what was accepted is packed and then refused as {reason}");
        Invariant.Hold(Same(Finite(snapshot), again), "what was accepted is packed and read back as something else");
    }

    private static PoolSnapshot Finite(in PoolSnapshot s)
    {
        PoolSnapshot finite = s;
        finite.Price = Finite(s.Price);
        finite.BaseReserve = Finite(s.BaseReserve);
        finite.QuoteReserve = Finite(s.QuoteReserve);
        finite.Volume24h = Finite(s.Volume24h);
        finite.TradeFeePercent = Finite(s.TradeFeePercent);
        return finite;
    }

    private static double Finite(double value) => double.IsFinite(value) ? value : double.NaN;

    private static bool Same(double a, double b) => BitConverter.DoubleToInt64Bits(a) == BitConverter.DoubleToInt64Bits(b);
}
