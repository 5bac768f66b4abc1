using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using LowLatency.Simulation;
using LowLatency.Simulation.Faults;
using LowLatency.Storage;

namespace LowLatency.Tests.Simulation;

public sealed class GatewayFaultTests
{
    private static readonly RecordedRow[] Rows = [.. World.Create("realistic", 5).Rows().Take(100)];

    [Theory]
    [InlineData(1, 0)]
    [InlineData(100, 0)]
    [InlineData(100, 3)]
    public async Task Fragments_and_interleaved_pings_add_up_to_the_messages(int fragmentBytes, int pingEvery)
    {
        await using Gateway gateway = Serve(new GatewayFaults { FragmentBytes = fragmentBytes, PingEvery = pingEvery });
        using RawClient client = await RawClient.ConnectAsync(gateway);
        List<string> messages = [];
        List<byte> message = [];
        int pings = 0, continuations = 0;
        while (true)
        {
            (byte first, _, byte[] payload) = await client.ReadFrameAsync();
            if (first == 0x88)
            {
                break;
            }

            if (first == 0x89)
            {
                pings++;
                continue;
            }

            Assert.InRange(payload.Length, 0, fragmentBytes);
            Assert.Equal(message.Count == 0 ? 1 : 0, first & 0x0F);
            continuations += message.Count == 0 ? 0 : 1;
            message.AddRange(payload);
            if (first >= 0x80)
            {
                messages.Add(Encoding.UTF8.GetString([.. message]));
                message.Clear();
            }
        }

        Assert.Equal(Expected(), messages);
        Assert.Equal(continuations, gateway.Count(GatewayFault.Fragment));
        Assert.Equal(pings, gateway.Count(GatewayFault.Ping));
        Assert.True(pingEvery == 0 ? pings == 0 : pings > Rows.Length / pingEvery, $"{pings} pings");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public async Task Segments_of_few_bytes_carry_the_same_messages(int bytes)
    {
        await using Gateway gateway = Serve(new GatewayFaults { SegmentBytes = bytes });
        using RawClient client = await RawClient.ConnectAsync(gateway);
        Assert.Equal(Expected(), await client.ReadToCloseAsync());
        Assert.True(gateway.Count(GatewayFault.Segment) > Rows.Length * 100 / bytes);
    }

    [Fact]
    public async Task A_stall_is_a_silence_after_which_the_messages_go_on()
    {
        await using Gateway gateway = Serve(new GatewayFaults { StallEvery = 40, StallMs = 150 });
        Stopwatch watch = Stopwatch.StartNew();
        using RawClient client = await RawClient.ConnectAsync(gateway);
        Assert.Equal(Expected(), await client.ReadToCloseAsync());
        Assert.True(watch.ElapsedMilliseconds >= 280);
        Assert.Equal(2, gateway.Count(GatewayFault.Stall));
    }

    [Fact]
    public async Task A_half_open_connection_neither_tells_nor_answers_nor_ends()
    {
        await using Gateway gateway = Serve(new GatewayFaults { HalfOpenAfter = 10 });
        using RawClient client = await RawClient.ConnectAsync(gateway);
        for (int i = 0; i < 10; i++)
        {
            await client.ReadTextAsync();
        }

        await client.SendFrameAsync(0x89, [1]);
        Assert.True(await client.IsSilentAsync(TimeSpan.FromMilliseconds(300)));
        Assert.Equal(1, gateway.Count(GatewayFault.HalfOpen));
    }

    [Theory]
    [InlineData(GarbageKinds.Truncated)]
    [InlineData(GarbageKinds.InvalidUtf8)]
    [InlineData(GarbageKinds.WrongKind)]
    [InlineData(GarbageKinds.Huge)]
    [InlineData(GarbageKinds.All)]
    public async Task Garbage_comes_beside_the_good_messages_and_is_seeded(GarbageKinds kinds)
    {
        byte[][][] passes = new byte[2][][];
        for (int pass = 0; pass < passes.Length; pass++)
        {
            await using Gateway gateway = Serve(new GatewayFaults { GarbageEvery = 10, Garbage = kinds, HugeBytes = 70_000 });
            using RawClient client = await RawClient.ConnectAsync(gateway);
            List<byte[]> frames = [];
            for (int i = 0; i < 110; i++)
            {
                (byte first, _, byte[] payload) = await client.ReadFrameAsync();
                frames.Add([first, .. payload]);
            }

            Assert.Equal(0x88, (await client.ReadFrameAsync()).First);
            Assert.Equal(10, gateway.Count(GatewayFault.Garbage));
            passes[pass] = [.. frames];
        }

        Assert.Equal(passes[0], passes[1]);
        Assert.Equal(Expected(), passes[0].Where(static (_, i) => i % 11 != 10).Select(static f => Encoding.UTF8.GetString(f.AsSpan(1))));
        HashSet<GarbageKinds> seen = [.. Enumerable.Range(0, 10).Select(i => KindOf(passes[0][(i * 11) + 10], passes[0][(i * 11) + 9]))];
        Assert.All(seen, kind => Assert.True(kinds.HasFlag(kind) && kind != GarbageKinds.None));
        Assert.True(kinds != GarbageKinds.All || seen.Count > 1);
    }

    [Theory]
    [InlineData(ViolationKinds.Masked, "8182")]
    [InlineData(ViolationKinds.ReservedBit, "C102")]
    [InlineData(ViolationKinds.ReservedOpcode, "8302")]
    [InlineData(ViolationKinds.OrphanContinuation, "8002")]
    [InlineData(ViolationKinds.FragmentedPing, "0902")]
    [InlineData(ViolationKinds.OversizePing, "897E")]
    public async Task Forbidden_frames_come_where_they_are_asked_for(ViolationKinds kind, string leading)
    {
        await using Gateway gateway = Serve(new GatewayFaults { ViolationEvery = 5, Violations = kind });
        using RawClient client = await RawClient.ConnectAsync(gateway);
        for (int i = 0; i < 5; i++)
        {
            await client.ReadTextAsync();
        }

        (byte first, byte second, _) = await client.ReadFrameAsync();
        Assert.Equal(leading, Convert.ToHexString([first, second]));
        Assert.True(gateway.Count(GatewayFault.Violation) >= 1);
    }

    [Fact]
    public async Task A_close_has_the_code_that_was_asked_for()
    {
        await using Gateway gateway = Serve(new GatewayFaults { CloseAfter = 7, CloseCode = 1013 });
        using RawClient client = await RawClient.ConnectAsync(gateway);
        for (int i = 0; i < 7; i++)
        {
            await client.ReadTextAsync();
        }

        (byte first, _, byte[] payload) = await client.ReadFrameAsync();
        Assert.Equal((0x88, 1013), (first, BinaryPrimitives.ReadUInt16BigEndian(payload)));
        Assert.Equal(1, gateway.Count(GatewayFault.Close));
    }

    [Fact]
    public async Task Resets_hit_the_faulty_connections_and_the_next_one_is_whole()
    {
        await using Gateway gateway = Serve(new GatewayFaults { ResetAfter = 3, FaultyConnections = 20 });
        for (int i = 0; i < 20; i++)
        {
            using RawClient client = await RawClient.ConnectAsync(gateway);
            await Assert.ThrowsAnyAsync<IOException>(async () => { _ = await client.ReadToCloseAsync(); });
        }

        using RawClient whole = await RawClient.ConnectAsync(gateway);
        Assert.Equal(Expected(), await whole.ReadToCloseAsync());
        Assert.Equal((20, 21), (gateway.Count(GatewayFault.Reset), gateway.Clients));
    }

    [Fact]
    public async Task Refusals_have_their_status_and_hit_the_first_and_every_nth_connection()
    {
        await using Gateway gateway = Serve(new GatewayFaults { RefuseFirst = 2, RefuseEvery = 4, RefuseStatus = 429, RetryAfterSeconds = 3 });
        foreach (bool refused in (bool[])[true, true, false, true, false, false, false, true])
        {
            if (refused)
            {
                string answer = await RawClient.AnswerAsync(gateway);
                Assert.StartsWith("HTTP/1.1 429 ", answer, StringComparison.Ordinal);
                Assert.Contains("\r\nRetry-After: 3\r\n", answer, StringComparison.Ordinal);
            }
            else
            {
                using RawClient client = await RawClient.ConnectAsync(gateway);
            }
        }

        Assert.Equal(4, gateway.Count(GatewayFault.Refusal));
    }

    [Theory]
    [InlineData(Impostor.PlainHttp, "HTTP/1.1 200 OK\r\n")]
    [InlineData(Impostor.NoHttp, "220 mail")]
    public async Task An_impostor_speaks_no_web_socket(Impostor impostor, string start)
    {
        await using Gateway gateway = Serve(new GatewayFaults { Impostor = impostor });
        Assert.StartsWith(start, await RawClient.AnswerAsync(gateway), StringComparison.Ordinal);
        Assert.Equal(1, gateway.Count(GatewayFault.Impostor));
    }

    [Fact]
    public async Task A_standard_client_reads_through_fragments_segments_pings_and_stalls()
    {
        await using Gateway gateway = Serve(new GatewayFaults { FragmentBytes = 90, SegmentBytes = 50, PingEvery = 2, StallEvery = 50, StallMs = 20 });
        using ClientWebSocket client = new();
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        await client.ConnectAsync(gateway.Endpoint, patience.Token);
        List<string> messages = [];
        List<byte> message = [];
        byte[] buffer = new byte[8_192];
        for (WebSocketReceiveResult read; (read = await client.ReceiveAsync(buffer, patience.Token)).MessageType != WebSocketMessageType.Close;)
        {
            message.AddRange(buffer.AsSpan(0, read.Count));
            if (read.EndOfMessage)
            {
                messages.Add(Encoding.UTF8.GetString([.. message]));
                message.Clear();
            }
        }

        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, null, patience.Token);
        Assert.Equal(Expected(), messages);
        Assert.Equal(WebSocketState.Closed, client.State);
    }

    private static Gateway Serve(GatewayFaults faults) => Gateway.Start(() => Rows, new GatewayOptions(Speed: 0) { Faults = faults });

    private static IEnumerable<string> Expected()
    {
        using SnapshotJson json = new();
        return [.. Rows.Select(row => Encoding.UTF8.GetString(json.Write(row).Span))];
    }

    private static GarbageKinds KindOf(byte[] frame, byte[] before) => frame switch
    {
        [0x82, ..] => GarbageKinds.WrongKind,
        [0x81, 0xFF, ..] => GarbageKinds.InvalidUtf8,
        [0x81, ..] when frame.Length == 70_001 => GarbageKinds.Huge,
        [0x81, ..] when frame.Length < before.Length && before.AsSpan().StartsWith(frame) => GarbageKinds.Truncated,
        _ => GarbageKinds.None,
    };
}
