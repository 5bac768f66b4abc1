using System.Text;
using System.Text.Json;
using CsCheck;
using LowLatency.Feed;
using LowLatency.Feed.Solana;
using LowLatency.Pools;
using Xunit;

namespace LowLatency.Tests.Feed.Solana;

/// <summary>What is asked of a node, and what its notifications become.</summary>
public sealed class SolanaSessionTests
{
    private static readonly PublicKey Sol = PublicKey.TryParse("So11111111111111111111111111111111111111112"u8, out PublicKey key) ? key : default;

    private readonly Node _node = new();
    private readonly Published _published = new();
    private readonly SolanaCounters _counters = new();

    [Fact]
    public void A_connection_begins_with_slots_and_both_programs()
    {
        SolanaSession session = Make(new SolanaOptions());
        session.OnConnected(_node);
        Assert.Equal(["slotSubscribe", "programSubscribe", "programSubscribe"], _node.Methods);
        Assert.Contains("675kPX9MHTjS2zt1qfr1NYHuzeLXfQM9H24wFSUt1Mp8", _node.Texts[1], StringComparison.Ordinal);
        Assert.Contains("\"dataSize\":752", _node.Texts[1], StringComparison.Ordinal);
        Assert.Contains("CPMMoo8L3F4NbTegBCKVNunggL7H1ZpdTHKxQB5qKP1C", _node.Texts[2], StringComparison.Ordinal);
        Assert.Contains("\"dataSize\":637", _node.Texts[2], StringComparison.Ordinal);
    }

    [Fact]
    public void A_pool_is_published_when_both_vaults_are_told_of_in_one_slot()
    {
        SolanaSession session = Started(new SolanaOptions());
        Watch(session, 1, slot: 10);
        session.OnVault(_node.Subscription(0), 11, 500);
        Assert.Empty(_published.Rows);
        session.OnVault(_node.Subscription(1), 11, 700);
        Assert.Equal([(Key(1), 499UL, 698UL, 11UL)], _published.Rows);
        Assert.Equal(1, _counters.Joined);
    }

    [Fact]
    public void A_vault_that_did_not_change_is_taken_as_it_was_when_the_slot_is_over()
    {
        SolanaSession session = Started(new SolanaOptions());
        Watch(session, 1, slot: 10);
        session.OnVault(_node.Subscription(0), 11, 500);
        session.OnVault(_node.Subscription(1), 11, 700);
        session.OnVault(_node.Subscription(0), 12, 600);
        Assert.Single(_published.Rows);
        session.OnSlot(13);
        Assert.Equal((Key(1), 599UL, 698UL, 12UL), _published.Rows[1]);
        session.OnSlot(14);
        Assert.Equal(2, _published.Rows.Count);
        Assert.Equal(1, _counters.Halves);
    }

    [Fact]
    public void A_pool_with_a_vault_that_was_never_told_of_is_not_published()
    {
        SolanaSession session = Started(new SolanaOptions());
        Watch(session, 1, slot: 10);
        session.OnVault(_node.Subscription(0), 11, 500);
        session.OnSlot(12);
        session.OnVault(_node.Subscription(0), 12, 501);
        session.OnSlot(13);
        Assert.Empty(_published.Rows);
    }

    [Fact]
    public void After_a_fork_the_earlier_slot_holds()
    {
        SolanaSession session = Started(new SolanaOptions());
        Watch(session, 1, slot: 10);
        session.OnVault(_node.Subscription(0), 12, 500);
        session.OnVault(_node.Subscription(1), 12, 700);
        session.OnVault(_node.Subscription(0), 11, 400);
        session.OnVault(_node.Subscription(1), 11, 800);
        Assert.Equal((Key(1), 399UL, 798UL, 11UL), _published.Rows[^1]);
        Assert.Equal(2, _counters.SlotRegressions);
    }

    [Fact]
    public void What_is_told_twice_is_published_once()
    {
        SolanaSession session = Started(new SolanaOptions());
        Watch(session, 1, slot: 10);
        for (int i = 0; i < 2; i++)
        {
            session.OnVault(_node.Subscription(0), 11, 500);
            session.OnVault(_node.Subscription(1), 11, 700);
        }

        Assert.Single(_published.Rows);
        Assert.Equal(2, _counters.Repeated);
    }

    [Fact]
    public void What_the_pool_owes_is_not_in_its_reserves_and_a_change_of_it_is_told()
    {
        SolanaSession session = Started(new SolanaOptions());
        Watch(session, 1, slot: 10);
        session.OnVault(_node.Subscription(0), 11, 500);
        session.OnVault(_node.Subscription(1), 11, 700);
        session.OnPool(Key(1), Account(1) with { BaseOwed = 100, QuoteOwed = 900 }, 12);
        session.OnSlot(13);
        Assert.Equal((Key(1), 400UL, 0UL, 11UL), _published.Rows[^1]);
    }

    [Fact]
    public void A_closed_vault_closes_its_pool()
    {
        SolanaSession session = Started(new SolanaOptions());
        Watch(session, 1, slot: 10);
        session.OnVault(_node.Subscription(0), 11, null);
        Assert.Equal([Key(1)], _published.Closed);
        Assert.Equal(0, _counters.Watched);
        session.Send(_node);
        Assert.Equal(["accountUnsubscribe", "accountUnsubscribe"], _node.Methods[^2..]);
        Assert.Equal(RejectReason.UnknownSubscription, session.OnVault(_node.Subscription(1), 11, 3));
    }

    [Theory]
    [InlineData(6, true)]
    [InlineData(7, true)]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(3, false)]
    public void Only_pools_that_trade_or_will_are_watched(int status, bool watched)
    {
        SolanaSession session = Started(new SolanaOptions());
        Assert.Equal(
            watched ? RejectReason.None : RejectReason.PoolNotTrading, session.OnPool(Key(1), Account(1) with { Status = status }, 1));
        Assert.Equal(watched ? 1 : 0, _counters.Watched);
    }

    [Fact]
    public void A_pool_without_sol_is_not_watched()
    {
        SolanaSession session = Started(new SolanaOptions());
        Assert.Equal(RejectReason.NotASolPool, session.OnPool(Key(1), Account(1) with { QuoteMint = Key(99) }, 1));
        Assert.Equal(RejectReason.NotASolPool, session.OnPool(Key(1), Account(1) with { BaseMint = Sol }, 1));
        Assert.Equal(RejectReason.None, session.OnPool(Key(1), Account(1) with { BaseMint = Sol, QuoteMint = Key(99) }, 1));
    }

    [Fact]
    public void The_pool_that_was_not_heard_of_for_longest_makes_room()
    {
        SolanaSession session = Started(new SolanaOptions { MaxWatchedPools = 2, EvictableAfterSlots = 10 });
        Watch(session, 1, slot: 10);
        Watch(session, 2, slot: 11);
        Assert.Equal(RejectReason.WatchListFull, session.OnPool(Key(3), Account(3), 12));
        session.OnVault(_node.Subscription(0), 20, 1);
        session.OnPool(Key(3), Account(3), 21);
        session.Send(_node);
        Assert.Equal(1, _counters.Evicted);
        Assert.Equal(RejectReason.UnknownSubscription, session.OnVault(_node.Subscription(2), 22, 5));
        Assert.Equal(RejectReason.None, session.OnVault(_node.Subscription(0), 22, 5));
        Assert.Equal(2, _node.Methods.Count(m => m == "accountUnsubscribe"));
    }

    [Fact]
    public void No_more_requests_are_under_way_than_allowed_and_each_is_small()
    {
        SolanaSession session = Make(new SolanaOptions { MaxRequestsInFlight = 4 });
        session.OnConnected(_node);
        for (int i = 1; i <= 20; i++)
        {
            session.OnPool(Key(i), Account(i), 1);
        }

        session.Send(_node);
        int answered = 0;
        while (_node.Texts.Count > answered)
        {
            Assert.InRange(_node.Texts.Count - answered, 1, 4);
            session.OnAck(_node.Ids[answered], 100UL + (ulong)answered++);
            session.Send(_node);
        }

        Assert.Equal(3 + 40, answered);
        Assert.All(_node.Texts, text => Assert.InRange(text.Length, 1, 400));
    }

    [Fact]
    public void An_answer_that_comes_after_the_pool_has_gone_is_undone()
    {
        SolanaSession session = Started(new SolanaOptions { MaxWatchedPools = 1, EvictableAfterSlots = 1 });
        session.OnPool(Key(1), Account(1), 1);
        session.Send(_node);
        ulong late = _node.Ids[^1];
        session.OnPool(Key(2), Account(2), 9);
        session.OnAck(late, 4242);
        session.Send(_node);
        Assert.Contains(_node.Texts, text => text.Contains("accountUnsubscribe", StringComparison.Ordinal) && text.Contains("4242", StringComparison.Ordinal));
    }

    [Fact]
    public void A_pool_whose_vault_is_refused_is_not_watched()
    {
        SolanaSession session = Started(new SolanaOptions());
        session.OnPool(Key(1), Account(1), 1);
        session.Send(_node);
        session.OnRefused(_node.Ids[^1]);
        Assert.Equal(0, _counters.Watched);
        Assert.Equal(1, _counters.Refused);
    }

    [Fact]
    public void A_new_connection_asks_for_everything_again_and_believes_nothing_old()
    {
        SolanaSession session = Started(new SolanaOptions());
        Watch(session, 1, slot: 10);
        session.OnVault(_node.Subscription(0), 11, 500);
        session.OnVault(_node.Subscription(1), 11, 700);
        Node second = new();
        session.OnConnected(second);
        Assert.Equal(["slotSubscribe", "programSubscribe", "programSubscribe", "accountSubscribe", "accountSubscribe"], second.Methods);
        Assert.Equal(RejectReason.UnknownSubscription, session.OnVault(_node.Subscription(0), 4, 500));
        second.Answer(session, from: 0);
        session.OnVault(second.Subscription(0), 5, 600);
        session.OnSlot(6);
        Assert.Single(_published.Rows);
        session.OnVault(second.Subscription(1), 6, 800);
        session.OnSlot(7);
        Assert.Equal((Key(1), 599UL, 798UL, 6UL), _published.Rows[^1]);
    }

    [Fact]
    public void A_swap_in_the_logs_is_published_at_once()
    {
        SolanaSession session = Started(new SolanaOptions { RayLogs = true });
        session.OnPool(Key(1), Account(1), 1);
        session.Send(_node);
        Assert.Equal("logsSubscribe", _node.Methods[^1]);
        _node.Answer(session, from: 3);
        Assert.Equal(RejectReason.None, session.OnReserves(_node.Subscription(2), 2, new PoolReserves(50, 60)));
        Assert.Equal([(Key(1), 50UL, 60UL, 2UL)], _published.Rows);
        Assert.Equal(RejectReason.UnknownSubscription, session.OnReserves(_node.Subscription(1), 2, new PoolReserves(50, 60)));
    }

    [Theory]
    [InlineData(1_000_000_000)]
    [InlineData(ulong.MaxValue)]
    public void One_slot_that_never_was_does_not_stop_those_that_come(ulong wrong)
    {
        SolanaSession session = Started(new SolanaOptions());
        Watch(session, 1, slot: 10);
        session.OnVault(_node.Subscription(0), 11, 500);
        session.OnVault(_node.Subscription(1), 11, 700);
        session.OnSlot(wrong);
        session.OnVault(_node.Subscription(0), 12, 600);
        session.OnSlot(13);
        Assert.Equal((Key(1), 599UL, 698UL, 12UL), _published.Rows[^1]);
    }

    [Theory]
    [InlineData(1_000_000_000)]
    [InlineData(ulong.MaxValue)]
    public void A_pool_of_a_slot_that_never_was_keeps_no_place(ulong wrong)
    {
        SolanaSession session = Started(new SolanaOptions { MaxWatchedPools = 1 });
        Watch(session, 1, slot: wrong);
        Assert.Equal(RejectReason.None, session.OnPool(Key(2), Account(2), 10));
        Assert.Equal(1, _counters.Evicted);
        Assert.Equal(RejectReason.WatchListFull, session.OnPool(Key(3), Account(3), 11));
    }

    [Fact]
    public void A_pool_that_was_closed_while_it_waited_for_its_slots_end_leaves_its_place_whole()
    {
        SolanaSession session = Started(new SolanaOptions());
        Watch(session, 1, slot: 10);
        session.OnVault(_node.Subscription(0), 11, 500);
        session.OnPoolClosed(Key(1), 11);
        Node second = new();
        session.OnConnected(second);
        second.Answer(session, from: 0);
        int before = second.Texts.Count;
        session.OnPool(Key(2), Account(2), 20);
        session.Send(second);
        second.Answer(session, before);
        session.OnVault(second.Subscription(0), 21, 500);
        session.OnVault(second.Subscription(1), 21, 700);
        session.OnVault(second.Subscription(0), 22, 600);
        session.OnSlot(23);
        Assert.Equal((Key(2), 599UL, 698UL, 22UL), _published.Rows[^1]);
    }

    [Fact]
    public void A_node_that_never_answers_makes_nothing_wait_that_is_not_wanted()
    {
        SolanaSession session = Make(new SolanaOptions { MaxWatchedPools = 2, MaxRequestsInFlight = 2 });
        session.OnConnected(_node);
        for (int i = 1; i <= 1_000; i++)
        {
            session.OnPool(Key(i), Account(i), 1);
            session.OnPoolClosed(Key(i), 1);
            session.Send(_node);
            Assert.InRange(session.OpenRequests, 1, 24);
        }
    }

    [Fact]
    public void An_end_that_is_refused_forgets_its_subscription_all_the_same()
    {
        SolanaSession session = Started(new SolanaOptions());
        Watch(session, 1, slot: 10);
        session.OnPoolClosed(Key(1), 11);
        int before = _node.Texts.Count;
        session.Send(_node);
        Assert.Equal(2, _node.Texts.Count - before);
        Assert.Equal(5, session.Subscriptions);
        session.OnRefused(_node.Ids[before]);
        session.OnRefused(_node.Ids[before + 1]);
        Assert.Equal(3, session.Subscriptions);
    }

    /// <summary>A stupid twin: it knows whole slots at once, and has no pending, no order and no list.</summary>
    [Fact]
    public void Whatever_the_order_within_a_slot_each_pool_that_changed_ends_it_as_it_was()
    {
        Gen<(int Pool, bool IsBase, ulong Amount)[]> slot = Gen.Select(Gen.Int[1, 5], Gen.Bool, Gen.ULong[10, 1_000_000]).Array[0, 12];
        slot.Array[1, 40].Sample(slots =>
        {
            Node node = new();
            Published published = new();
            SolanaSession session = new(new SolanaOptions(), published, new SolanaCounters());
            session.OnConnected(node);
            for (int pool = 1; pool <= 5; pool++)
            {
                session.OnPool(Key(pool), Account(pool), 1);
            }

            session.Send(node);
            node.Answer(session, from: 0);
            Dictionary<(int, bool), ulong> vaults = [];
            ulong now = 1;
            foreach ((int Pool, bool IsBase, ulong Amount)[] changes in slots)
            {
                now++;
                session.OnSlot(now);
                published.Rows.Clear();

                // The node tells each account once in a slot.
                (int Pool, bool IsBase, ulong Amount)[] told = [.. changes.DistinctBy(c => (c.Pool, c.IsBase))];
                foreach ((int pool, bool isBase, ulong amount) in told)
                {
                    session.OnVault(node.Subscription(((pool - 1) * 2) + (isBase ? 0 : 1)), now, amount);
                    vaults[(pool, isBase)] = amount;
                }

                session.OnSlot(++now);
                var expected = told.Select(c => c.Pool).Distinct().Where(p => vaults.ContainsKey((p, true)) && vaults.ContainsKey((p, false)))
                    .Select(p => (Key(p), vaults[(p, true)] - 1, vaults[(p, false)] - 2, now - 1));
                Assert.Equal(expected.OrderBy(row => row.Item1.ToString()), published.Rows.OrderBy(row => row.Pool.ToString()));
            }
        }, iter: 500);
    }

    private static PublicKey Key(int number)
    {
        byte[] bytes = new byte[32];
        bytes[0] = 7;
        BitConverter.TryWriteBytes(bytes.AsSpan(28), number);
        return new PublicKey(bytes);
    }

    // A token against SOL; 1 atom and 2 lamports in the vaults are owed.
    private static PoolAccount Account(int number) => new(
        Key(1_000 + number), Key(2_000 + number), Key(3_000 + number), Sol, 6, 9, 1, 2, 0, 6, 0.25);

    private SolanaSession Make(SolanaOptions options) => new(options, _published, _counters);

    private SolanaSession Started(SolanaOptions options)
    {
        SolanaSession session = Make(options);
        session.OnConnected(_node);
        _node.Answer(session, from: 0);
        return session;
    }

    private void Watch(SolanaSession session, int number, ulong slot)
    {
        int before = _node.Texts.Count;
        Assert.Equal(RejectReason.None, session.OnPool(Key(number), Account(number), slot));
        session.Send(_node);
        _node.Answer(session, before);
    }

    /// <summary>Keeps what it is asked, and answers when it is told to.</summary>
    private sealed class Node : IFeedSender
    {
        private readonly List<ulong> _subscriptions = [];

        public List<string> Texts { get; } = [];

        public List<ulong> Ids { get; } = [];

        public List<string> Methods { get; } = [];

        public void SendText(ReadOnlySpan<byte> utf8)
        {
            Texts.Add(Encoding.UTF8.GetString(utf8));
            using JsonDocument json = JsonDocument.Parse(Texts[^1]);
            Assert.Equal("2.0", json.RootElement.GetProperty("jsonrpc").GetString());
            Ids.Add(json.RootElement.GetProperty("id").GetUInt64());
            Methods.Add(json.RootElement.GetProperty("method").GetString()!);
        }

        public void Answer(SolanaSession session, int from)
        {
            for (int i = from; i < Texts.Count; i++)
            {
                ulong subscription = (1UL << 52) + ((ulong)Ids[i] * 3);
                session.OnAck(Ids[i], subscription);
                if (Methods[i] is "accountSubscribe" or "logsSubscribe")
                {
                    _subscriptions.Add(subscription);
                }

                session.Send(this);
            }
        }

        /// <summary>The n-th subscription of one pool.</summary>
        public ulong Subscription(int n) => _subscriptions[n];
    }

    private sealed class Published : SolanaSession.IObservations
    {
        public List<(PublicKey Pool, ulong BaseAtoms, ulong QuoteAtoms, ulong Slot)> Rows { get; } = [];

        public List<PublicKey> Closed { get; } = [];

        public void Publish(ref PoolSnapshot snapshot)
        {
            Assert.True(PublicKey.TryParse(snapshot.PoolId, out PublicKey pool));
            if (snapshot.Status == 0)
            {
                Closed.Add(pool);
                return;
            }

            Assert.True(snapshot.TokenAMint.SequenceEqual(PoolTable.SolMint) || snapshot.TokenBMint.SequenceEqual(PoolTable.SolMint));
            Assert.Equal(snapshot.BaseAtoms / 1e6, snapshot.BaseReserve);
            Assert.Equal(snapshot.QuoteAtoms / 1e9, snapshot.QuoteReserve);
            Rows.Add((pool, snapshot.BaseAtoms, snapshot.QuoteAtoms, (ulong)snapshot.Slot));
        }
    }
}
