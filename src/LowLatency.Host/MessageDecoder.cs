using System.Text.Json;
using LowLatency.Feed;
using LowLatency.Feed.Solana;

namespace LowLatency.Host;

/// <summary>Writes one or more JSON lines for each PubSub message it is given. Not the hot path: it allocates as it likes.</summary>
internal sealed class MessageDecoder : IDisposable
{
    private const int BufferBytes = 1 << 20;

    private readonly Stream _output;
    private readonly Utf8JsonWriter _json;
    private readonly byte[] _buffer = new byte[BufferBytes];

    public MessageDecoder(Stream output)
    {
        _output = output;
        _json = new Utf8JsonWriter(output);
    }

    /// <summary>Messages given so far; the number of the current one.</summary>
    public long Lines { get; private set; }

    /// <summary>Lines written that say something.</summary>
    public long Decoded { get; private set; }

    /// <summary>Lines written that say why there is nothing to say.</summary>
    public long Rejected { get; private set; }

    public void Decode(ReadOnlySpan<byte> line)
    {
        Lines++;
        RejectReason reason = PubSubParser.Parse(line, _buffer, out PubSubMessage message);
        if (reason == RejectReason.UnsupportedEncoding && message.Encoding == DataEncoding.Base64Zstd)
        {
            reason = ZstdData.TryDecode(message.DataText, out byte[] data);
            message.Data = data;
        }

        if (reason == RejectReason.None)
        {
            reason = message.Kind switch
            {
                PubSubKind.Account or PubSubKind.Program => WriteAccount(message),
                PubSubKind.Logs or PubSubKind.Transaction => WriteRayLogs(message),
                PubSubKind.Slot => WriteSlot(message),
                _ => WriteAnswer(message),
            };
        }

        if (reason != RejectReason.None)
        {
            Reject(reason);
        }
    }

    public void Dispose()
    {
        _json.Dispose();
        _output.Flush();
    }

    private RejectReason WriteAccount(in PubSubMessage message)
    {
        RejectReason reason = message.Classify(out AccountKind kind);
        if (reason != RejectReason.None)
        {
            return reason;
        }

        switch (kind)
        {
            case AccountKind.AmmV4:
                reason = AmmV4Account.TryRead(message.Data, out AmmV4Account amm);
                if (reason == RejectReason.None)
                {
                    BeginAccount("amm-v4", message);
                    AccountJson.Write(_json, amm);
                    End();
                }

                return reason;
            case AccountKind.Cpmm:
                reason = CpmmAccount.TryRead(message.Data, out CpmmAccount cpmm);
                if (reason == RejectReason.None)
                {
                    BeginAccount("cpmm", message);
                    AccountJson.Write(_json, cpmm);
                    End();
                }

                return reason;
            case AccountKind.Token:
                reason = TokenAccount.TryRead(message.Data, out TokenAccount token);
                if (reason == RejectReason.None)
                {
                    BeginAccount("token-account", message);
                    AccountJson.Write(_json, token);
                    End();
                }

                return reason;
            default:
                BeginAccount("closed", message);
                End();
                return RejectReason.None;
        }
    }

    private RejectReason WriteRayLogs(in PubSubMessage message)
    {
        if (message.Failed)
        {
            return RejectReason.FailedTransaction;
        }

        Span<byte> buffer = stackalloc byte[RayLog.MaxBytes];
        RayLogReader logs = message.RayLogs;
        RejectReason none = RejectReason.NoRayLog;
        while (logs.TryRead(out ReadOnlySpan<byte> base64))
        {
            none = RejectReason.None;
            RejectReason reason = RayLog.TryDecode(base64, buffer, out RayLog log);
            if (reason != RejectReason.None)
            {
                Reject(reason);
                continue;
            }

            Begin("ray-log");
            _json.WriteNull("pubkey"u8);
            _json.WriteNumber("slot"u8, message.Slot);
            _json.WriteString("signature"u8, message.Signature);
            _json.WriteStartObject("decoded"u8);
            RayLogJson.Write(_json, log);
            End();
        }

        return none;
    }

    private RejectReason WriteSlot(in PubSubMessage message)
    {
        Begin("slot");
        _json.WriteNumber("slot"u8, message.Slot);
        _json.WriteStartObject("decoded"u8);
        AccountJson.WriteDecimal(_json, "slot"u8, message.Slot);
        AccountJson.WriteDecimal(_json, "parent"u8, message.Parent);
        AccountJson.WriteDecimal(_json, "root"u8, message.Root);
        End();
        return RejectReason.None;
    }

    private RejectReason WriteAnswer(in PubSubMessage message)
    {
        Begin(message.Kind == PubSubKind.Error ? "error" : "ack");
        _json.WriteStartObject("decoded"u8);
        if (message.HasId)
        {
            AccountJson.WriteDecimal(_json, "id"u8, message.Id);
        }
        else
        {
            _json.WriteNull("id"u8);
        }

        switch (message.Kind)
        {
            case PubSubKind.Ack:
                AccountJson.WriteDecimal(_json, "subscription"u8, message.Subscription);
                break;
            case PubSubKind.Unsubscribed:
                _json.WriteBoolean("unsubscribed"u8, message.Accepted);
                break;
            default:
                _json.WriteNumber("code"u8, message.ErrorCode);
                _json.WritePropertyName("message"u8);
                _json.WriteRawValue([(byte)'"', .. message.ErrorMessage, (byte)'"']);
                break;
        }

        End();
        return RejectReason.None;
    }

    private void BeginAccount(string kind, in PubSubMessage message)
    {
        Begin(kind);
        if (message.Kind == PubSubKind.Program)
        {
            _json.WriteString("pubkey"u8, message.Pubkey);
        }
        else
        {
            _json.WriteNull("pubkey"u8);
        }

        _json.WriteNumber("slot"u8, message.Slot);
        _json.WriteString("subscription"u8, message.Subscription.ToString(System.Globalization.CultureInfo.InvariantCulture));
        _json.WriteStartObject("decoded"u8);
    }

    private void Begin(string kind)
    {
        Decoded++;
        _json.WriteStartObject();
        _json.WriteNumber("line"u8, Lines);
        _json.WriteString("kind"u8, kind);
    }

    private void End()
    {
        _json.WriteEndObject();
        EndLine();
    }

    private void Reject(RejectReason reason)
    {
        Rejected++;
        _json.WriteStartObject();
        _json.WriteNumber("line"u8, Lines);
        _json.WriteString("rejected"u8, reason.ToString());
        EndLine();
    }

    private void EndLine()
    {
        _json.WriteEndObject();
        _json.Flush();
        _json.Reset();
        _output.WriteByte((byte)'\n');
    }
}
