using System.Text;
using LowLatency.Feed;
using LowLatency.Feed.Solana;
using LowLatency.Simulation;

namespace LowLatency.Tests.Feed.Solana;

public sealed class PubSubParserTests
{
    private static readonly string Program = Encoding.UTF8.GetString(Recorded.Made[0]);
    private static readonly string Account = Encoding.UTF8.GetString(Recorded.Made[2]);
    private static readonly string Logs = Encoding.UTF8.GetString(Recorded.Made[5]);
    private static readonly string Slot = Encoding.UTF8.GetString(Recorded.Made[7]);

    private readonly byte[] _buffer = new byte[PubSubParser.BufferBytes];

    [Theory]
    [InlineData("0", RejectReason.None)]
    [InlineData("18446744073709551615", RejectReason.None)]
    [InlineData("2449504275713048", RejectReason.None)]
    [InlineData("18446744073709551616", RejectReason.OutOfRange)]
    [InlineData("99999999999999999999", RejectReason.OutOfRange)]
    [InlineData("184467440737095516150", RejectReason.OutOfRange)]
    [InlineData("-1", RejectReason.OutOfRange)]
    [InlineData("-0", RejectReason.OutOfRange)]
    [InlineData("1.0", RejectReason.WrongType)]
    [InlineData("1e3", RejectReason.WrongType)]
    [InlineData("\"1\"", RejectReason.WrongType)]
    [InlineData("null", RejectReason.WrongType)]
    [InlineData("[1]", RejectReason.WrongType)]
    [InlineData("01", RejectReason.MalformedJson)]
    [InlineData("00", RejectReason.MalformedJson)]
    [InlineData("+1", RejectReason.MalformedJson)]
    [InlineData("", RejectReason.MalformedJson)]
    [InlineData("NaN", RejectReason.MalformedJson)]
    [InlineData("1.", RejectReason.MalformedJson)]
    public void Integers_are_whole_unsigned_and_within_64_bits(string number, RejectReason expected)
    {
        foreach (string json in new[]
        {
            Program.Replace("\"slot\":345800000", $"\"slot\":{number}", StringComparison.Ordinal),
            Program.Replace("\"lamports\":6124800", $"\"lamports\":{number}", StringComparison.Ordinal),
            Program.Replace("\"subscription\":24040", $"\"subscription\":{number}", StringComparison.Ordinal),
            Slot.Replace("\"parent\":75", $"\"parent\":{number}", StringComparison.Ordinal),
            $$"""{"jsonrpc":"2.0","id":{{(number == "null" ? "[]" : number)}},"result":1}""",
        })
        {
            Assert.Equal(expected, Parse(json));
        }
    }

    [Fact]
    public void Rent_epoch_may_leave_64_bits_and_space_and_api_version_may_be_missing_or_strange()
    {
        Assert.Equal(RejectReason.None, Parse(Program.Replace("18446744073709551615", "18446744073709552000", StringComparison.Ordinal)));
        Assert.Equal(RejectReason.None, Parse(Program.Replace("18446744073709551615", "1.8446744073709552e19", StringComparison.Ordinal)));
        Assert.Equal(RejectReason.None, Parse(Program.Replace(",\"space\":752", "", StringComparison.Ordinal)));
        Assert.Equal(RejectReason.None, Parse(Program.Replace(",\"space\":752", ",\"space\":null", StringComparison.Ordinal)));
        Assert.Equal(RejectReason.None, Parse(Program.Replace("},\"value\"", ",\"apiVersion\":\"2.1.\\u0034\"},\"value\"", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("", RejectReason.None, 0)]
    [InlineData("AAAA", RejectReason.None, 3)]
    [InlineData("AAA=", RejectReason.None, 2)]
    [InlineData("AA==", RejectReason.None, 1)]
    [InlineData("+/+/", RejectReason.None, 3)]
    [InlineData("\\u002B\\/+\\/", RejectReason.None, 3)]
    [InlineData("AA\\u003d=", RejectReason.None, 1)]
    [InlineData("A", RejectReason.InvalidBase64, 0)]
    [InlineData("AA", RejectReason.InvalidBase64, 0)]
    [InlineData("AAA", RejectReason.InvalidBase64, 0)]
    [InlineData("AAAAA", RejectReason.InvalidBase64, 0)]
    [InlineData("A===", RejectReason.InvalidBase64, 0)]
    [InlineData("====", RejectReason.InvalidBase64, 0)]
    [InlineData("AA==AAAA", RejectReason.InvalidBase64, 0)]
    [InlineData("AA= ", RejectReason.InvalidBase64, 0)]
    [InlineData(" AAAA", RejectReason.InvalidBase64, 0)]
    [InlineData("AAAA    ", RejectReason.InvalidBase64, 0)]
    [InlineData("AA  AA  ", RejectReason.InvalidBase64, 0)]
    [InlineData("AA=    =", RejectReason.InvalidBase64, 0)]
    [InlineData("AAAA\\n\\n\\n\\n", RejectReason.InvalidBase64, 0)]
    [InlineData("AAAA\\t\\t\\t\\tAA==", RejectReason.InvalidBase64, 0)]
    [InlineData("AA-_", RejectReason.InvalidBase64, 0)]
    [InlineData("AA\u00FC", RejectReason.InvalidBase64, 0)]
    [InlineData("AA\\ud83d", RejectReason.InvalidBase64, 0)]
    [InlineData("AAAA\n\n\n\n", RejectReason.MalformedJson, 0)]
    public void Account_data_is_strict_base64(string text, RejectReason expected, int bytes)
    {
        string json = $$$"""{"jsonrpc":"2.0","method":"accountNotification","params":{"result":{"context":{"slot":1},"value":{"lamports":1,"data":["{{{text}}}","base64"],"owner":"{{{Recorded.Token}}}","executable":false,"rentEpoch":0}},"subscription":1}}""";
        RejectReason reason = PubSubParser.Parse(Encoding.UTF8.GetBytes(json), _buffer, out PubSubMessage message);
        Assert.Equal(expected, reason);
        Assert.Equal(bytes, reason == RejectReason.None ? message.Data.Length : 0);
    }

    [Fact]
    public void Data_longer_than_the_buffer_is_too_long_and_data_that_just_fits_is_not()
    {
        byte[] message = Recorded.Made[0];
        Assert.Equal(RejectReason.None, PubSubParser.Parse(message, new byte[752], out _));
        Assert.Equal(RejectReason.TooLong, PubSubParser.Parse(message, new byte[751], out _));
        Assert.Equal(RejectReason.TooLong, PubSubParser.Parse(Encoding.UTF8.GetBytes(Program.Replace("=\"", "\\u003d\"", StringComparison.Ordinal)), new byte[752], out _));
    }

    [Theory]
    [InlineData("[\"KLUv/Q==\",\"base64+zstd\"]", RejectReason.UnsupportedEncoding)]
    [InlineData("[\"KLUv\\/Q==\",\"base64\\u002bzstd\"]", RejectReason.UnsupportedEncoding)]
    [InlineData("[\"2Z4\",\"base58\"]", RejectReason.UnsupportedEncoding)]
    [InlineData("\"2Z4\"", RejectReason.UnsupportedEncoding)]
    [InlineData("{\"program\":\"spl-token\",\"parsed\":{},\"space\":165}", RejectReason.UnsupportedEncoding)]
    [InlineData("[]", RejectReason.WrongType)]
    [InlineData("[\"AAAA\"]", RejectReason.WrongType)]
    [InlineData("[\"AAAA\",\"base64\",1]", RejectReason.WrongType)]
    [InlineData("[1,\"base64\"]", RejectReason.WrongType)]
    [InlineData("[\"AAAA\",null]", RejectReason.WrongType)]
    [InlineData("null", RejectReason.WrongType)]
    [InlineData("7", RejectReason.WrongType)]
    [InlineData("[\"AAAA\" \"base64\"]", RejectReason.MalformedJson)]
    [InlineData("[\"AAAA\",\"base64\"}", RejectReason.MalformedJson)]
    [InlineData("[\"AAAA\",\"bas\\u006564\"]", RejectReason.None)]
    public void Data_in_any_other_form_is_refused_by_name(string data, RejectReason expected)
    {
        string text = Account[Account.IndexOf("\"data\":", StringComparison.Ordinal)..Account.IndexOf(",\"owner\"", StringComparison.Ordinal)];
        Assert.Equal(expected, Parse(Account.Replace(text, $"\"data\":{data}", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("", RejectReason.MalformedJson)]
    [InlineData("[]", RejectReason.MalformedJson)]
    [InlineData("{}", RejectReason.NotJsonRpc)]
    [InlineData("{\"jsonrpc\":\"2.0\"}", RejectReason.NotJsonRpc)]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1}", RejectReason.NotJsonRpc)]
    [InlineData("{\"jsonrpc\":\"1.0\",\"result\":1,\"id\":1}", RejectReason.NotJsonRpc)]
    [InlineData("{\"result\":1,\"id\":1}", RejectReason.MissingMember)]
    [InlineData("{\"jsonrpc\":\"2.0\",\"result\":1}", RejectReason.MissingMember)]
    [InlineData("{\"jsonrpc\":\"2.0\",\"result\":1,\"id\":null}", RejectReason.MissingMember)]
    [InlineData("{\"jsonrpc\":\"2.0\",\"result\":1,\"id\":1,\"id\":1}", RejectReason.DuplicateMember)]
    [InlineData("{\"jsonrpc\":\"2.0\",\"result\":1,\"error\":{\"code\":1,\"message\":\"\"},\"id\":1}", RejectReason.NotJsonRpc)]
    [InlineData("{\"jsonrpc\":\"2.0\",\"error\":{\"code\":1},\"id\":1}", RejectReason.MissingMember)]
    [InlineData("{\"jsonrpc\":\"2.0\",\"error\":{\"code\":9223372036854775808,\"message\":\"\"},\"id\":1}", RejectReason.OutOfRange)]
    [InlineData("{\"jsonrpc\":\"2.0\",\"error\":\"x\",\"id\":1}", RejectReason.WrongType)]
    [InlineData("{\"jsonrpc\":\"2.0\",\"result\":\"x\",\"id\":1}", RejectReason.WrongType)]
    [InlineData("{\"jsonrpc\":\"2.0\",\"result\":false,\"id\":1}", RejectReason.None)]
    [InlineData("{\"jsonrpc\":\"2.0\",\"method\":\"slotNotification\"}", RejectReason.MissingMember)]
    [InlineData("{\"jsonrpc\":\"2.0\",\"method\":\"rootNotification\",\"params\":{}}", RejectReason.UnknownMethod)]
    [InlineData("{\"jsonrpc\":\"2.0\",\"method\":\"rootNotification\",\"params\":{]}", RejectReason.MalformedJson)]
    [InlineData("{\"jsonrpc\":\"2.0\",\"method\":7,\"params\":{}}", RejectReason.WrongType)]
    [InlineData("{\"jsonrpc\":\"2.0\",\"method\":\"slotNotification\",\"params\":null}", RejectReason.WrongType)]
    [InlineData("{\"jsonrpc\":\"2.0\",\"method\":\"slotNotification\",\"params\":{\"result\":{\"slot\":1,\"parent\":0},\"subscription\":1}}", RejectReason.MissingMember)]
    [InlineData("{\"jsonrpc\":\"2.0\",\"result\":1,\"id\":1}x", RejectReason.MalformedJson)]
    [InlineData("{\"jsonrpc\":\"2.0\",\"result\":1,\"id\":1,}", RejectReason.MalformedJson)]
    public void Each_fault_of_the_envelope_has_its_reason(string json, RejectReason expected) => Assert.Equal(expected, Parse(json));

    [Fact]
    public void Each_fault_of_a_notification_has_its_reason()
    {
        Assert.Equal(RejectReason.InvalidKey, Parse(Program.Replace(Recorded.Key, "0OIl", StringComparison.Ordinal)));
        Assert.Equal(RejectReason.InvalidKey, Parse(Program.Replace(Recorded.Key, Recorded.Key[1..] + "0", StringComparison.Ordinal)));
        Assert.Equal(RejectReason.InvalidKey, Parse(Program.Replace(Recorded.Key, Recorded.Key + "1", StringComparison.Ordinal)));
        Assert.Equal(RejectReason.InvalidKey, Parse(Program.Replace(Recorded.AmmV4, "\\u0036" + Recorded.AmmV4[1..], StringComparison.Ordinal)));
        Assert.Equal(RejectReason.InvalidKey, Parse(Logs.Replace(Recorded.Signature, Recorded.Key, StringComparison.Ordinal)));
        Assert.Equal(RejectReason.MissingMember, Parse(Logs.Replace("\"err\":null,", "", StringComparison.Ordinal)));
        Assert.Equal(RejectReason.WrongType, Parse(Logs.Replace("\"Program log: Hello\"", "7", StringComparison.Ordinal)));
        Assert.Equal(RejectReason.MissingMember, Parse(Program.Replace("programNotification", "accountNotification", StringComparison.Ordinal)));
        Assert.Equal(RejectReason.DuplicateMember, Parse(Program.Replace("\"executable\":false", "\"executable\":false,\"executable\":false", StringComparison.Ordinal)));
        string deep = new string('[', 65) + new string(']', 65);
        Assert.Equal(RejectReason.TooDeep, Parse(Program.Replace("\"executable\":false", $"\"executable\":{deep}", StringComparison.Ordinal)));
        Assert.Equal(RejectReason.InvalidUtf8, PubSubParser.Parse([.. Recorded.Made[0][..^1], 0xFF, (byte)'}'], _buffer, out _));
    }

    [Fact]
    public void Ray_logs_are_found_through_escapes_and_nowhere_inside_other_lines()
    {
        string base64 = Recorded.SwapBase64;
        string[] lines =
        [
            $"Program log: \\\"Program log: ray_log: {base64}", $"Program log: ray_log: {base64.Replace("/", "\\/", StringComparison.Ordinal)}",
            $"xProgram log: ray_log: {base64}", $"Pr\\u006fgram log: ray_log: {base64}", "Program log: ray_log:", new string('\\', 2 * PubSubParser.BufferBytes), "", "Program log: ray_log: ",
        ];
        string json = SolanaText.Logs(Recorded.Signature, "null", lines, 1, 2).Replace("\",\"", "\" ,\n\"", StringComparison.Ordinal);
        Assert.Equal(RejectReason.None, PubSubParser.Parse(Encoding.UTF8.GetBytes(json), _buffer, out PubSubMessage message));
        List<string> found = [];
        for (RayLogReader logs = message.RayLogs; logs.TryRead(out ReadOnlySpan<byte> text);)
        {
            found.Add(Encoding.UTF8.GetString(text));
        }

        Assert.Equal([base64, base64, ""], found);
    }

    [Fact]
    public void Logs_that_the_node_did_not_keep_are_empty()
    {
        string json = Logs[..Logs.IndexOf('[', StringComparison.Ordinal)] + "null" + Logs[(Logs.IndexOf(']', StringComparison.Ordinal) + 1)..];
        Assert.Equal(RejectReason.None, PubSubParser.Parse(Encoding.UTF8.GetBytes(json), _buffer, out PubSubMessage message));
        Assert.False(message.RayLogs.TryRead(out _));
        Assert.False(default(PubSubMessage).RayLogs.TryRead(out _));
    }

    private RejectReason Parse(string json) => PubSubParser.Parse(Encoding.UTF8.GetBytes(json), _buffer, out _);
}
