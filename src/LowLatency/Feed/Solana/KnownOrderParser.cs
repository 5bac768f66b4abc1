using System.Text.Unicode;

namespace LowLatency.Feed.Solana;

/// <summary>
/// Recognises messages whose members stand in the order and spacing of the validator's own serializer. Every byte of an
/// accepted message is compared with fixed text or checked as a number, key, base64 or log line: nothing is taken on trust,
/// so that <see cref="AnyOrderParser"/> accepts the same message with the same result. A rejection is always left to it.
/// </summary>
internal static class KnownOrderParser
{
    public static bool TryParse(ReadOnlySpan<byte> utf8, Span<byte> buffer, ref PubSubMessage message)
    {
        FixedText text = new(utf8);
        message.Scratch = buffer;
        if (text.TryTake("{\"jsonrpc\":\"2.0\",\"method\":\"programNotification\",\"params\":{\"result\":{\"context\":{\"slot\":"u8))
        {
            message.Kind = PubSubKind.Program;
            return TryTakeContext(ref text, ref message)
                && text.TryTake("{\"pubkey\":\""u8)
                && text.TryTakeKey(out message.Pubkey)
                && text.TryTake("\",\"account\":{"u8)
                && TryTakeAccount(ref text, buffer, ref message)
                && text.TryTake("}}},\"subscription\":"u8)
                && TryTakeEnd(ref text, ref message);
        }

        if (text.TryTake("{\"jsonrpc\":\"2.0\",\"method\":\"accountNotification\",\"params\":{\"result\":{\"context\":{\"slot\":"u8))
        {
            message.Kind = PubSubKind.Account;
            return TryTakeContext(ref text, ref message)
                && text.TryTake("{"u8)
                && TryTakeAccount(ref text, buffer, ref message)
                && text.TryTake("}},\"subscription\":"u8)
                && TryTakeEnd(ref text, ref message);
        }

        if (text.TryTake("{\"jsonrpc\":\"2.0\",\"method\":\"logsNotification\",\"params\":{\"result\":{\"context\":{\"slot\":"u8))
        {
            message.Kind = PubSubKind.Logs;
            return Utf8.IsValid(utf8)
                && TryTakeContext(ref text, ref message)
                && TryTakeLogs(ref text, ref message)
                && text.TryTake("}},\"subscription\":"u8)
                && TryTakeEnd(ref text, ref message);
        }

        return TryParseShort(ref text, ref message);
    }

    private static bool TryParseShort(ref FixedText text, ref PubSubMessage message)
    {
        if (text.TryTake("{\"jsonrpc\":\"2.0\",\"method\":\"slotNotification\",\"params\":{\"result\":{"u8))
        {
            message.Kind = PubSubKind.Slot;
            return TryTakeSlots(ref text, ref message)
                && text.TryTake("},\"subscription\":"u8)
                && TryTakeEnd(ref text, ref message);
        }

        message.Kind = PubSubKind.Ack;
        message.HasId = true;
        return text.TryTake("{\"jsonrpc\":\"2.0\",\"result\":"u8)
            && text.TryTakeNumber(out message.Subscription)
            && text.TryTake(",\"id\":"u8)
            && text.TryTakeNumber(out message.Id)
            && text.TryTake("}"u8)
            && text.IsAtEnd;
    }

    private static bool TryTakeSlots(ref FixedText text, ref PubSubMessage message)
    {
        if (text.TryTake("\"parent\":"u8))
        {
            return text.TryTakeNumber(out message.Parent) && text.TryTake(",\"root\":"u8) && text.TryTakeNumber(out message.Root)
                && text.TryTake(",\"slot\":"u8) && text.TryTakeNumber(out message.Slot);
        }

        return text.TryTake("\"slot\":"u8) && text.TryTakeNumber(out message.Slot)
            && text.TryTake(",\"parent\":"u8) && text.TryTakeNumber(out message.Parent)
            && text.TryTake(",\"root\":"u8) && text.TryTakeNumber(out message.Root);
    }

    // From the slot's number to the value's first byte.
    private static bool TryTakeContext(ref FixedText text, ref PubSubMessage message) =>
        text.TryTakeNumber(out message.Slot)
        && (!text.TryTake(",\"apiVersion\":\""u8) || (text.TryTakeVersion() && text.TryTake("\""u8)))
        && text.TryTake("},\"value\":"u8);

    private static bool TryTakeAccount(ref FixedText text, Span<byte> buffer, ref PubSubMessage message)
    {
        if (!text.TryTake("\"lamports\":"u8) || !text.TryTakeNumber(out message.Lamports)
            || !text.TryTake(",\"data\":[\""u8) || !text.TryTakeUntilQuote(out message.DataText)
            || !text.TryTake("\",\"base64\"],\"owner\":\""u8) || !text.TryTakeKey(out message.Owner)
            || !TryTakeRent(ref text)
            || (text.TryTake(",\"space\":"u8) && !text.TryTakeNumber(out _))
            || StrictBase64.TryDecode(message.DataText, buffer, out int written) != RejectReason.None)
        {
            return false;
        }

        message.Encoding = DataEncoding.Base64;
        message.Data = buffer[..written];
        return true;
    }

    // No account that is read is executable, and all are exempt from rent: one comparison nearly always.
    private static bool TryTakeRent(ref FixedText text) =>
        text.TryTake("\",\"executable\":false,\"rentEpoch\":18446744073709551615"u8)
        || (text.TryTake("\",\"executable\":"u8) && (text.TryTake("false"u8) || text.TryTake("true"u8))
            && text.TryTake(",\"rentEpoch\":"u8) && text.TryTakeNumber(out _));

    // A failed transaction's logs are left to the other way: its err is any JSON.
    private static bool TryTakeLogs(ref FixedText text, ref PubSubMessage message)
    {
        if (text.TryTake("{\"signature\":\""u8))
        {
            return text.TryTakeSignature(out message.Signature) && text.TryTake("\",\"err\":null,\"logs\":"u8) && text.TryTakeLines(out message.Logs);
        }

        return text.TryTake("{\"err\":null,\"logs\":"u8) && text.TryTakeLines(out message.Logs)
            && text.TryTake(",\"signature\":\""u8) && text.TryTakeSignature(out message.Signature) && text.TryTake("\""u8);
    }

    private static bool TryTakeEnd(ref FixedText text, ref PubSubMessage message) =>
        text.TryTakeNumber(out message.Subscription) && text.TryTake("}}"u8) && text.IsAtEnd;
}
