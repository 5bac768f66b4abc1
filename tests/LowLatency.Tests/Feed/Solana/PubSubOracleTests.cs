using System.Text;
using System.Text.Json;
using LowLatency.Feed;
using LowLatency.Feed.Solana;

namespace LowLatency.Tests.Feed.Solana;

/// <summary>The framework's reader says what every recorded and made message holds.</summary>
public sealed class PubSubOracleTests
{
    private readonly byte[] _buffer = new byte[PubSubParser.BufferBytes];

    [Fact]
    public void Every_message_holds_what_the_frameworks_reader_finds_in_it()
    {
        int accepted = 0;
        foreach (byte[] line in Recorded.All)
        {
            RejectReason reason = PubSubParser.Parse(line, _buffer, out PubSubMessage message);
            JsonElement json = JsonDocument.Parse(line).RootElement;
            if (Expected(json) is var expected && reason != expected)
            {
                Assert.Fail($"{reason} instead of {expected} for {Encoding.UTF8.GetString(line)}");
            }

            if (reason == RejectReason.None)
            {
                accepted++;
                Compare(message, json);
            }
        }

        Assert.True(accepted >= Recorded.Made.Length + Recorded.Strict.Length);
    }

    private static RejectReason Expected(JsonElement json)
    {
        string text = json.GetRawText();
        return text.Contains("\"base64+zstd\"", StringComparison.Ordinal) || text.Contains("\"parsed\":{\"info\":{\"isNative\"", StringComparison.Ordinal) ? RejectReason.UnsupportedEncoding
            : json.TryGetProperty("method", out JsonElement method) && method.GetString() == "signatureNotification" ? RejectReason.UnknownMethod
            : RejectReason.None;
    }

    private static void Compare(in PubSubMessage message, JsonElement json)
    {
        if (json.TryGetProperty("id", out JsonElement id))
        {
            Assert.Equal(id.ValueKind == JsonValueKind.Number, message.HasId);
            Assert.Equal(message.HasId ? id.GetUInt64() : 0, message.Id);
        }

        if (json.TryGetProperty("error", out JsonElement error))
        {
            Assert.Equal(PubSubKind.Error, message.Kind);
            Assert.Equal(error.GetProperty("code").GetInt64(), message.ErrorCode);
            Assert.Equal(error.GetProperty("message").GetRawText(), $"\"{PubSubView.Text(message.ErrorMessage)}\"");
        }
        else if (json.TryGetProperty("result", out JsonElement result))
        {
            Assert.Equal(result.ValueKind == JsonValueKind.Number ? PubSubKind.Ack : PubSubKind.Unsubscribed, message.Kind);
            Assert.Equal(result.ValueKind == JsonValueKind.Number ? result.GetUInt64() : 0, message.Subscription);
            Assert.Equal(result.ValueKind == JsonValueKind.True, message.Accepted);
        }
        else
        {
            JsonElement parameters = json.GetProperty("params");
            Assert.Equal(parameters.GetProperty("subscription").GetUInt64(), message.Subscription);
            Compare(message, json.GetProperty("method").GetString()!, parameters.GetProperty("result"));
        }
    }

    private static void Compare(in PubSubMessage message, string method, JsonElement result)
    {
        JsonElement value = result.TryGetProperty("value", out JsonElement v) ? v : result;
        JsonElement slot = result.TryGetProperty("context", out JsonElement context) ? context.GetProperty("slot") : result.GetProperty("slot");
        Assert.Equal(slot.GetUInt64(), message.Slot);
        switch (method)
        {
            case "slotNotification":
                Assert.Equal((PubSubKind.Slot, value.GetProperty("parent").GetUInt64(), value.GetProperty("root").GetUInt64()), (message.Kind, message.Parent, message.Root));
                break;
            case "programNotification":
                Assert.Equal((PubSubKind.Program, value.GetProperty("pubkey").GetString()), (message.Kind, PubSubView.Text(message.Pubkey)));
                CompareAccount(message, value.GetProperty("account"));
                break;
            case "accountNotification":
                Assert.Equal(PubSubKind.Account, message.Kind);
                Assert.True(message.Pubkey.IsEmpty);
                CompareAccount(message, value);
                break;
            case "logsNotification":
                Assert.Equal(PubSubKind.Logs, message.Kind);
                CompareLogs(message, value.GetProperty("signature"), value.GetProperty("err"), value.GetProperty("logs"));
                break;
            default:
                JsonElement meta = value.GetProperty("transaction").GetProperty("meta");
                Assert.Equal(PubSubKind.Transaction, message.Kind);
                CompareLogs(message, value.GetProperty("signature"), meta.GetProperty("err"), meta.GetProperty("logMessages"));
                break;
        }
    }

    private static void CompareAccount(in PubSubMessage message, JsonElement account)
    {
        Assert.Equal(account.GetProperty("lamports").GetUInt64(), message.Lamports);
        Assert.Equal(account.GetProperty("owner").GetString(), PubSubView.Text(message.Owner));
        Assert.Equal(account.GetProperty("data")[0].GetBytesFromBase64(), message.Data.ToArray());
        Assert.Equal(DataEncoding.Base64, message.Encoding);
    }

    private static void CompareLogs(in PubSubMessage message, JsonElement signature, JsonElement err, JsonElement logs)
    {
        const string prefix = "Program log: ray_log: ";
        Assert.Equal(signature.GetString(), PubSubView.Text(message.Signature));
        Assert.Equal(err.ValueKind != JsonValueKind.Null, message.Failed);
        RayLogReader reader = message.RayLogs;
        foreach (JsonElement line in logs.EnumerateArray().Where(static l => l.GetString()!.StartsWith(prefix, StringComparison.Ordinal)))
        {
            Assert.True(reader.TryRead(out ReadOnlySpan<byte> base64));
            Assert.Equal(line.GetString()![prefix.Length..], PubSubView.Text(base64));
        }

        Assert.False(reader.TryRead(out _));
    }
}
