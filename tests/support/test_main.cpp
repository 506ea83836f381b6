// The entry point of every test program. What is skipped is told with its reason, and counted.
#define BOOST_TEST_MODULE plug
#include <boost/test/tree/traverse.hpp>
#include <boost/test/tree/visitor.hpp>
#include <boost/test/unit_test.hpp>

#include <iostream>
#include <string>

namespace {

namespace unit_test = boost::unit_test;

/// Counts the cases of one unit, which may be a suite.
struct case_counter : unit_test::test_tree_visitor {
    void visit(const unit_test::test_case&) override { ++count; }
    std::size_t count = 0;
};

bool has_label_or_stands_below_one(const unit_test::test_unit& unit, const char* label) {
    return unit.has_label(label) ||
           (unit.p_parent_id != unit_test::INV_TEST_UNIT_ID &&
            has_label_or_stands_below_one(
                unit_test::framework::get<unit_test::test_suite>(unit.p_parent_id), label));
}

/// Writes lines that tests/skipped reads.
class skip_report : public unit_test::test_observer {
public:
    skip_report() { unit_test::framework::register_observer(*this); }
    ~skip_report() override {
        unit_test::framework::deregister_observer(*this);
        std::cout << "cases: " << run_ + skipped_ << " run: " << run_ << " skipped: " << skipped_
                  << " posix: " << posix_ << std::endl;
    }
    skip_report(const skip_report&) = delete;
    skip_report& operator=(const skip_report&) = delete;

    void test_unit_start(const unit_test::test_unit& unit) override {
        run_ += unit.p_type == unit_test::TUT_CASE ? 1 : 0;
    }

    void test_unit_skipped(const unit_test::test_unit& unit,
                           unit_test::const_string reason) override {
        const std::string_view why(reason.begin(), reason.size());
        if (why == "disabled") // not asked for
            return;
        case_counter cases;
        unit_test::traverse_test_tree(unit, cases, true);
        const bool is_posix = has_label_or_stands_below_one(unit, "posix");
        skipped_ += cases.count;
        posix_ += is_posix ? cases.count : 0;
        constexpr std::string_view lead = "precondition failed: ";
        std::cout << "skipped: " << unit.full_name() << " (" << cases.count
                  << (is_posix ? ", posix" : "")
                  << "): " << (why.starts_with(lead) ? why.substr(lead.size()) : why) << std::endl;
    }

private:
    std::size_t run_ = 0;
    std::size_t skipped_ = 0;
    std::size_t posix_ = 0;
};

} // namespace

BOOST_TEST_GLOBAL_FIXTURE(skip_report);
