using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using LowLatency.Feed;
using LowLatency.Feed.Solana;
using LowLatency.Simulation;

namespace LowLatency.Tests.Feed.Solana;

public sealed class AccountTests
{
    [Fact]
    public void Recorded_accounts_decode_to_what_the_sdk_says()
    {
        JsonElement.ArrayEnumerator raw = Recorded.Json("solana/accounts.json").EnumerateArray();
        foreach ((JsonElement account, JsonElement decoded) in raw.Zip(Recorded.Json("solana/accounts.decoded.json").EnumerateArray()))
        {
            byte[] data = account.GetProperty("data")[0].GetBytesFromBase64();
            byte[] owner = Encoding.ASCII.GetBytes(account.GetProperty("owner").GetString()!);
            Assert.Equal(account.GetProperty("label").GetString(), decoded.GetProperty("label").GetString());
            Assert.Equal(RejectReason.None, AccountKinds.Classify(owner, 1, data, out AccountKind kind));
            Dictionary<string, string> fields = AccountFields.Of(kind, data);
            Assert.True(fields.Count is 4 or 14 or 15);
            foreach ((string name, string value) in fields)
            {
                Assert.Equal(decoded.GetProperty("decoded").GetProperty(name).ToString(), value);
            }
        }
    }

    [Fact]
    public void The_recorded_pool_and_its_vaults_give_its_reserves()
    {
        byte[][] accounts = [.. Recorded.Json("solana/accounts.json").EnumerateArray().Select(static a => a.GetProperty("data")[0].GetBytesFromBase64())];
        Assert.Equal(RejectReason.None, AmmV4Account.TryRead(accounts[5], out AmmV4Account pool));
        Assert.Equal(RejectReason.None, TokenAccount.TryRead(accounts[6], out TokenAccount coin));
        Assert.Equal(RejectReason.None, TokenAccount.TryRead(accounts[7], out TokenAccount pc));
        Assert.True(pool.BaseMint == coin.Mint && pool.QuoteMint == pc.Mint && pool.Status == AmmV4Account.SwapOnly);
        Assert.Equal(RejectReason.None, pool.TryGetReserves(coin.Amount, pc.Amount, out PoolReserves reserves));
        Assert.Equal(new PoolReserves(67_661_004_799_950, 4_936_181_262_839), reserves);
    }

    [Fact]
    public void Reserves_are_vaults_less_debts_and_never_wrap()
    {
        byte[] amm = SolanaText.AmmV4Account(1);
        BinaryPrimitives.WriteUInt64LittleEndian(amm.AsSpan(192), 7);
        BinaryPrimitives.WriteUInt64LittleEndian(amm.AsSpan(200), ulong.MaxValue);
        Assert.Equal(RejectReason.None, AmmV4Account.TryRead(amm, out AmmV4Account pool));
        Assert.Equal(RejectReason.None, pool.TryGetReserves(10, ulong.MaxValue, out PoolReserves reserves));
        Assert.Equal(new PoolReserves(3, 0), reserves);
        Assert.Equal(RejectReason.VaultBelowDebt, pool.TryGetReserves(6, ulong.MaxValue, out reserves));
        Assert.Equal(RejectReason.VaultBelowDebt, pool.TryGetReserves(10, ulong.MaxValue - 1, out reserves));
        Assert.Equal(default, reserves);

        byte[] cpmm = SolanaText.CpmmAccount(1);
        Assert.Equal(RejectReason.None, CpmmAccount.TryRead(cpmm, out CpmmAccount other));
        Assert.Equal(RejectReason.None, other.TryGetReserves(5_000, 6_000, out reserves));
        Assert.Equal(new PoolReserves(5_000 - 1_000 - 1_002 - 2_000, 6_000 - 1_001 - 1_003 - 2_001), reserves);
        BinaryPrimitives.WriteUInt64LittleEndian(cpmm.AsSpan(341), ulong.MaxValue);
        Assert.Equal(RejectReason.None, CpmmAccount.TryRead(cpmm, out other));
        Assert.Equal(RejectReason.VaultBelowDebt, other.TryGetReserves(ulong.MaxValue, 6_000, out _));
    }

    [Fact]
    public void Only_the_exact_length_is_an_account()
    {
        byte[] data = new byte[800];
        for (int length = 0; length <= data.Length; length++)
        {
            ReadOnlySpan<byte> cut = data.AsSpan(0, length);
            Assert.Equal(length == 752, AmmV4Account.TryRead(cut, out _) == RejectReason.None);
            Assert.Equal(length == 637, CpmmAccount.TryRead(cut, out _) == RejectReason.None);
            Assert.Equal(length is >= 165 and not 355, TokenAccount.TryRead(cut, out _) == RejectReason.None);
        }
    }

    [Theory]
    [InlineData(0, 8, RejectReason.OutOfRange)]
    [InlineData(0, 7, RejectReason.None)]
    [InlineData(32, 19, RejectReason.OutOfRange)]
    [InlineData(40, 19, RejectReason.OutOfRange)]
    [InlineData(32, 18, RejectReason.None)]
    public void A_pool_with_a_status_or_decimals_that_do_not_exist_is_refused(int offset, byte value, RejectReason expected)
    {
        byte[] data = SolanaText.AmmV4Account(1);
        data[offset] = value;
        Assert.Equal(expected, AmmV4Account.TryRead(data, out _));
    }

    [Fact]
    public void Frozen_token_accounts_are_read_and_mints_of_token_2022_are_not()
    {
        byte[] data = [.. SolanaText.TokenAccount(1, 5), 2, 0, 0];
        Assert.Equal(RejectReason.None, TokenAccount.TryRead(data, out _));
        data[165] = 1;
        Assert.Equal(RejectReason.InvalidAccountLength, TokenAccount.TryRead(data, out _));
        data[165] = 2;
        data[108] = 3;
        Assert.Equal(RejectReason.OutOfRange, TokenAccount.TryRead(data, out _));
        data[108] = 2;
        Assert.Equal(RejectReason.None, TokenAccount.TryRead(data, out TokenAccount frozen));
        Assert.Equal(2, frozen.State);
    }

    [Theory]
    [InlineData("675kPX9MHTjS2zt1qfr1NYHuzeLXfQM9H24wFSUt1Mp8", 1, 752, RejectReason.None, AccountKind.AmmV4)]
    [InlineData("675kPX9MHTjS2zt1qfr1NYHuzeLXfQM9H24wFSUt1Mp8", 1, 637, RejectReason.InvalidAccountLength, AccountKind.Unknown)]
    [InlineData("CPMMoo8L3F4NbTegBCKVNunggL7H1ZpdTHKxQB5qKP1C", 1, 637, RejectReason.None, AccountKind.Cpmm)]
    [InlineData("CPMMoo8L3F4NbTegBCKVNunggL7H1ZpdTHKxQB5qKP1C", 1, 752, RejectReason.InvalidAccountLength, AccountKind.Unknown)]
    [InlineData("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA", 1, 165, RejectReason.None, AccountKind.Token)]
    [InlineData("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA", 1, 82, RejectReason.InvalidAccountLength, AccountKind.Unknown)]
    [InlineData("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb", 1, 170, RejectReason.None, AccountKind.Token)]
    [InlineData("11111111111111111111111111111111", 0, 0, RejectReason.None, AccountKind.Closed)]
    [InlineData("11111111111111111111111111111111", 1, 0, RejectReason.UnknownProgram, AccountKind.Unknown)]
    [InlineData("11111111111111111111111111111111", 0, 1, RejectReason.UnknownProgram, AccountKind.Unknown)]
    [InlineData("675kPX9MHTjS2zt1qfr1NYHuzeLXfQM9H24wFSUt1Mp9", 0, 0, RejectReason.UnknownProgram, AccountKind.Unknown)]
    public void Owner_and_length_tell_the_kind(string owner, ulong lamports, int length, RejectReason reason, AccountKind expected)
    {
        Assert.Equal(reason, AccountKinds.Classify(Encoding.ASCII.GetBytes(owner), lamports, new byte[length], out AccountKind kind));
        Assert.Equal(expected, kind);
    }
}
