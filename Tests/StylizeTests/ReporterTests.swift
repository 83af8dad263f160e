import Files
import Testing

@testable import StyleTransfer
@testable import stylize

@Suite struct ReporterTests {
    private let progress = Stylizer.Progress(
        step: 12, stepCount: 30, scale: 2, scaleCount: 4, width: 256, height: 192, loss: 0.012345, fraction: 0.425,
        picture: { preconditionFailure() })

    private var line: ProgressShare {
        ProgressShare(fraction: progress.fraction, facts: progress.facts, timeLeft: .seconds(83))
    }

    @Test func aPlainLineSaysHowFarItIs() {
        #expect(line.plain == " 42%  scale 3 of 4, 256x192, loss 0.01235, 1:23 left")
    }

    @Test(arguments: [1, 5, 20, 30, 40, 60, 80, 200])
    func theBarFitsTheTerminal(width: Int) {
        #expect(line.bar(width: width, colours: false).count <= width)
    }

    @Test func aNarrowBarKeepsTheTimeLeft() {
        let bar = line.bar(width: 40, colours: false)
        #expect(bar.hasPrefix(" 42%"))
        #expect(bar.hasSuffix("1:23 left"))
        #expect(!bar.contains("scale"))
    }

    @Test func coloursAreOnlyWhereTheyAreWanted() {
        #expect(line.bar(width: 80, colours: true).contains("\u{1B}"))
        #expect(!line.bar(width: 80, colours: false).contains("\u{1B}"))
    }

    @Test func timeLeftFollowsTheWork() throws {
        var timeLeft = TimeLeft()
        #expect(timeLeft.update(fraction: 0.001, at: .seconds(1)) == nil)
        for second in 1...80 {
            let left = timeLeft.update(fraction: Double(second) / 100, at: .seconds(second))
            #expect(try abs(#require(left) / .seconds(1) - Double(100 - second)) < 0.5)
        }
    }

    @Test func timeLeftFindsTheTruthWhenTheWorkSlowsDown() throws {
        var timeLeft = TimeLeft()
        for second in 1...50 { _ = timeLeft.update(fraction: Double(second) / 100, at: .seconds(second)) }
        var left: Duration?
        for second in 51...150 {
            let fraction = 0.5 + Double(second - 50) / 400
            left = timeLeft.update(fraction: fraction, at: .seconds(second))
        }
        // 150 seconds for three quarters leave 50 for the rest.
        #expect(try abs(#require(left) / .seconds(1) - 50) < 10)
    }

    @Test(arguments: [
        (Duration.milliseconds(420), "0.4 s"), (.seconds(12), "12 s"), (.milliseconds(59_700), "1:00"),
        (.seconds(83), "1:23"), (.seconds(7384), "2:03:04"),
    ])
    func durationsAreShort(duration: Duration, text: String) {
        #expect(duration.short == text)
    }

    @Test func onlyOneIsSingular() {
        #expect([0, 1, 2].map { $0.counted("step") } == ["0 steps", "1 step", "2 steps"])
    }
}
