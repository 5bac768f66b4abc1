using System.Text;
using LowLatency.Feed;

namespace LowLatency.Tests.Feed;

public sealed class SocketIoParserTests
{
    private const string Tvl = "{\"poolId\":\"P\",\"currentPrice\":1}";

    [Fact]
    public void The_opening_tells_the_servers_pings_and_is_answered_by_joining()
    {
        SocketIoPacket open = SocketIoParser.Parse("""0{"sid":"lv_VI97HAXpY6yYWAAAC","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}"""u8);
        Assert.Equal((SocketIoKind.Open, 25_000, 20_000), (open.Kind, open.PingIntervalMs, open.PingTimeoutMs));
        Assert.Equal("40", Encoding.ASCII.GetString(open.Reply.Span));
    }

    [Theory]
    [InlineData("2", SocketIoKind.Ping, "3")]
    [InlineData("3", SocketIoKind.Idle, "")]
    [InlineData("6", SocketIoKind.Idle, "")]
    [InlineData("1", SocketIoKind.Idle, "")]
    [InlineData("40{\"sid\":\"wZX3oN0bSVIhsaknAAAI\"}", SocketIoKind.Joined, "")]
    [InlineData("40/pools,{\"sid\":\"x\"}", SocketIoKind.Joined, "")]
    [InlineData("4317[\"ok\"]", SocketIoKind.Idle, "")]
    [InlineData("0{}", SocketIoKind.Open, "40")]
    public void Packets_of_the_protocol_itself_get_their_answer(string text, SocketIoKind kind, string reply)
    {
        SocketIoPacket packet = SocketIoParser.Parse(Encoding.UTF8.GetBytes(text));
        Assert.Equal((kind, RejectReason.None, reply), (packet.Kind, packet.Reason, Encoding.ASCII.GetString(packet.Reply.Span)));
        Assert.True(packet.Payload.IsEmpty);
    }

    [Fact]
    public void A_snapshot_is_found_directly_or_under_data_whatever_stands_around_it()
    {
        string s = Snapshots.Whole;
        string nested = s.Replace("{\"pool_id", "{\"x\":{\"y\":[\"}\"]},\"pool_id", StringComparison.Ordinal);
        string braced = s.Replace("{\"pool_id", "{\"x\":\"}\",\"pool_id", StringComparison.Ordinal);
        (string Text, string Payload)[] cases =
        [
            ($"42[\"pool_update\",{s}]", s), ($"42[\"pool_status_6\",{s}]", s), ($"42[\"pool\\u005fupdate\",{s}]", s),
            ($"42/pools,[\"pool_update\",{s}]", s), ($"4217[\"pool_update\",{s}]", s), ($"42/a/b,99999[\"pool_update\",{s}]", s),
            ($"42[\"pool_update\",{{\"type\":\"pool_update\",\"data\":{s},\"timestamp\":1}}]", s),
            ($"42[\"pool_update\",{{\"data\":{s}}}]", s), ($"42 [ \"pool_update\" , {{ \"data\" : {s} }} ] ", s),
            ($"42[\"pool_update\",{{\"data\":{nested},\"z\":null}}]", nested), ($"42[\"pool_update\",{{\"data\":{braced}}}]", braced),
            ($"42[\"pool_update\",{nested}]", nested), ($"42[\"pool_update\",{braced}]", braced),
            ($"42[\"pool_update\",{s},{{\"more\":[1]}},2]", s), ($"42[\"pool_update\",{Tvl}]", Tvl),
            ($"42[\"pool_update\",{{\"data\":null,\"a\":1}}]", "{\"data\":null,\"a\":1}"),
        ];
        foreach ((string text, string payload) in cases)
        {
            SocketIoPacket packet = SocketIoParser.Parse(Encoding.UTF8.GetBytes(text));
            Assert.True(packet.Kind == SocketIoKind.Snapshot, $"{packet.Reason} for {text}");
            Assert.Equal(payload, Encoding.UTF8.GetString(packet.Payload));
        }
    }

    [Theory]
    [InlineData("", RejectReason.UnknownPacket)]
    [InlineData("4", RejectReason.UnknownPacket)]
    [InlineData("5", RejectReason.UnknownPacket)]
    [InlineData("2probe", RejectReason.UnknownPacket)]
    [InlineData("9", RejectReason.UnknownPacket)]
    [InlineData("{}", RejectReason.UnknownPacket)]
    [InlineData("47", RejectReason.UnknownPacket)]
    [InlineData("42/pools", RejectReason.UnknownPacket)]
    [InlineData("0", RejectReason.MalformedJson)]
    [InlineData("0{\"sid\":", RejectReason.MalformedJson)]
    [InlineData("0{\"pingInterval\":\"x\"}", RejectReason.WrongType)]
    [InlineData("0{}x", RejectReason.MalformedJson)]
    [InlineData("451-[\"pool_update\",{\"_placeholder\":true,\"num\":0}]", RejectReason.UnexpectedBinary)]
    [InlineData("461-5[]", RejectReason.UnexpectedBinary)]
    [InlineData("42", RejectReason.MalformedJson)]
    [InlineData("42[", RejectReason.MalformedJson)]
    [InlineData("42[]", RejectReason.MalformedJson)]
    [InlineData("42[1]", RejectReason.MalformedJson)]
    [InlineData("42[\"other\",{}]", RejectReason.UnknownEvent)]
    [InlineData("42[\"pool_updates\",{}]", RejectReason.UnknownEvent)]
    [InlineData("42[\"pool_update\"]", RejectReason.MissingMember)]
    [InlineData("42[\"pool_update\",]", RejectReason.MalformedJson)]
    [InlineData("42[\"pool_update\",5]", RejectReason.WrongType)]
    [InlineData("42[\"pool_update\",[]]", RejectReason.WrongType)]
    [InlineData("42[\"pool_update\",5", RejectReason.MalformedJson)]
    [InlineData("42[\"pool_update\",{}", RejectReason.MalformedJson)]
    [InlineData("42[\"pool_update\",{}]x", RejectReason.MalformedJson)]
    [InlineData("42[\"pool_update\",{}}]", RejectReason.MalformedJson)]
    [InlineData("42[\"pool_update\",{\"data\":{},\"data\":{}}]", RejectReason.DuplicateMember)]
    [InlineData("42[\"pool_update\",{\"data\":{}]", RejectReason.MalformedJson)]
    public void Each_fault_has_its_reason_and_no_answer(string text, RejectReason expected)
    {
        SocketIoPacket packet = SocketIoParser.Parse(Encoding.UTF8.GetBytes(text));
        Assert.Equal((SocketIoKind.Rejected, expected, 0), (packet.Kind, packet.Reason, packet.Reply.Length));
    }

    [Theory]
    [InlineData("41")]
    [InlineData("44{\"message\":\"not authorized\"}")]
    public void A_session_that_is_refused_or_ended_is_closed(string text)
    {
        SocketIoPacket packet = SocketIoParser.Parse(Encoding.UTF8.GetBytes(text));
        Assert.Equal((SocketIoKind.Rejected, RejectReason.SessionEnded, "1"), (packet.Kind, packet.Reason, Encoding.ASCII.GetString(packet.Reply.Span)));
    }

    [Fact]
    public void No_strict_prefix_of_an_event_passes()
    {
        foreach (string text in new[] { $"42[\"pool_update\",{{\"t\":1,\"data\":{Snapshots.Whole},\"u\":\"2\"}}]", $"42[\"pool_status_6\",{Snapshots.Whole}]" })
        {
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            for (int length = 0; length < bytes.Length; length++)
            {
                Assert.NotEqual(SocketIoKind.Snapshot, SocketIoParser.Parse(bytes.AsSpan(0, length)).Kind);
            }
        }
    }

    [Fact]
    public void A_mutated_event_never_yields_a_snapshot_that_its_json_does_not_hold()
    {
        int seed = Random.Shared.Next();
        Random random = new(seed);
        byte[] original = Encoding.UTF8.GetBytes($"[\"pool_update\",{{\"t\":\"x\",\"data\":{Snapshots.Whole},\"u\":2}}]");
        ReadOnlySpan<byte> likely = "\"\\{}[],:x1 "u8;
        int accepted = 0;
        for (int i = 0; i < 100_000; i++)
        {
            byte[] mutant = [.. "42"u8, .. original];
            for (int edits = random.Next(1, 3); edits > 0; edits--)
            {
                mutant[random.Next(2, mutant.Length)] = likely[random.Next(likely.Length)];
            }

            SocketIoPacket packet = SocketIoParser.Parse(mutant);
            PoolSnapshot s = PoolSnapshot.Empty;
            if (packet.Kind == SocketIoKind.Snapshot && SnapshotParser.Parse(packet.Payload, ref s) == RejectReason.None)
            {
                accepted++;
                string body = Encoding.UTF8.GetString(mutant)[2..];
                body = body[body.IndexOf('[', StringComparison.Ordinal)..];
                using System.Text.Json.JsonDocument document = System.Text.Json.JsonDocument.Parse(body);
                System.Text.Json.JsonElement argument = document.RootElement[1];
                System.Text.Json.JsonElement pool = argument.TryGetProperty("pool_id", out _) ? argument : argument.GetProperty("data");
                Assert.True(pool.GetProperty("timestamp").GetInt64() == s.TimestampMs, $"seed {seed}: {body}");
            }
        }

        Assert.True(accepted > 1_000, $"seed {seed}: {accepted}");
    }
}
