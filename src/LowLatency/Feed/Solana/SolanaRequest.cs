using System.Text;
using System.Text.Unicode;

namespace LowLatency.Feed.Solana;

/// <summary>What is subscribed. The first three are of one pool, and index <see cref="WatchedPool.Subscriptions"/>.</summary>
internal enum RequestKind : byte
{
    /// <summary>The vault of the coin side.</summary>
    BaseVault,

    /// <summary>The vault of the pc side.</summary>
    QuoteVault,

    /// <summary>Logs of the transactions that touch the pool.</summary>
    Logs,

    /// <summary>The accounts of AMM v4.</summary>
    AmmV4,

    /// <summary>The accounts of CPMM.</summary>
    Cpmm,

    /// <summary>Slots: the node's heartbeat.</summary>
    Slots,

    /// <summary>The end of an account's subscription.</summary>
    AccountEnd,

    /// <summary>The end of a subscription of logs.</summary>
    LogsEnd,
}

/// <summary>A request, and later the subscription that answers it.</summary>
/// <param name="Kind">What is wanted.</param>
/// <param name="Place">Place of the pool in the watch list, where it is of one pool.</param>
/// <param name="Generation">The pool's, when it was wanted.</param>
/// <param name="Subscription">What to end, where the kind is an end.</param>
internal readonly record struct SolanaRequest(RequestKind Kind, int Place = 0, uint Generation = 0, ulong Subscription = 0)
{
    /// <summary>A request is far shorter; a node refuses those over 4,096 bytes.</summary>
    public const int MaxBytes = 512;

    /// <summary>Whether it concerns one pool.</summary>
    public bool IsOfPool => Kind <= RequestKind.Logs;

    /// <summary>Writes the request as JSON-RPC.</summary>
    /// <param name="buffer">At least <see cref="MaxBytes"/> long.</param>
    /// <param name="id">The request's number, which its answer repeats.</param>
    /// <param name="account">The account, where the kind wants one.</param>
    /// <param name="commitment">How final notifications are.</param>
    /// <returns>Bytes written.</returns>
    public int Write(Span<byte> buffer, ulong id, PublicKey account, string commitment)
    {
        int length;
        bool written = Kind switch
        {
            RequestKind.BaseVault or RequestKind.QuoteVault => Utf8.TryWrite(buffer,
                $"{{\"jsonrpc\":\"2.0\",\"id\":{id},\"method\":\"accountSubscribe\",\"params\":[\"{account}\",{{\"encoding\":\"base64\",\"commitment\":\"{commitment}\"}}]}}", out length),
            RequestKind.Logs => Utf8.TryWrite(buffer,
                $"{{\"jsonrpc\":\"2.0\",\"id\":{id},\"method\":\"logsSubscribe\",\"params\":[{{\"mentions\":[\"{account}\"]}},{{\"commitment\":\"{commitment}\"}}]}}", out length),
            RequestKind.AmmV4 => Program(buffer, id, SolanaPrograms.RaydiumAmmV4, AmmV4Account.Length, commitment, out length),
            RequestKind.Cpmm => Program(buffer, id, SolanaPrograms.RaydiumCpmm, CpmmAccount.Length, commitment, out length),
            RequestKind.Slots => Utf8.TryWrite(buffer, $"{{\"jsonrpc\":\"2.0\",\"id\":{id},\"method\":\"slotSubscribe\"}}", out length),
            RequestKind.AccountEnd => Utf8.TryWrite(buffer, $"{{\"jsonrpc\":\"2.0\",\"id\":{id},\"method\":\"accountUnsubscribe\",\"params\":[{Subscription}]}}", out length),
            _ => Utf8.TryWrite(buffer, $"{{\"jsonrpc\":\"2.0\",\"id\":{id},\"method\":\"logsUnsubscribe\",\"params\":[{Subscription}]}}", out length),
        };
        return written ? length : throw new InvalidOperationException($"a request of {Kind} does not fit {buffer.Length} bytes");
    }

    private static bool Program(Span<byte> buffer, ulong id, ReadOnlySpan<byte> program, int dataSize, string commitment, out int length) => Utf8.TryWrite(buffer,
        $"{{\"jsonrpc\":\"2.0\",\"id\":{id},\"method\":\"programSubscribe\",\"params\":[\"{Encoding.ASCII.GetString(program)}\",{{\"encoding\":\"base64\",\"commitment\":\"{commitment}\",\"filters\":[{{\"dataSize\":{dataSize}}}]}}]}}", out length);
}
